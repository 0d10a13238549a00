"""Small leased offices that work evenings and weekends."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import FROZEN
from stillwatch.range.tactics import MIXED

ABOUT: Final = "small offices of five accounts, evenings and weekends, old silent accounts"
SPLIT: Final = FROZEN
LEVEL: Final = MIXED
KNOBS: Final = {
    "timing": "commuter",
    "infrastructure": "leased",
    "age": "dormant",
    "cover": "second_life",
    "wording": "personal",
}
