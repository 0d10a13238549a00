"""A working life of harvest, a private life in the evening."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import FROZEN
from stillwatch.range.tactics import CAMOUFLAGED

ABOUT: Final = "harvest in the evening rhythm of a campus, private use around it, own template each"
SPLIT: Final = FROZEN
LEVEL: Final = CAMOUFLAGED
KNOBS: Final = {
    "timing": "commuter",
    "infrastructure": "campus",
    "age": "dormant",
    "cover": "second_life",
    "wording": "personal",
    "spread": 0.9,
}
