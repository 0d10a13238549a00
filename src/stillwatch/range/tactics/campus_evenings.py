"""Campus addresses in the evening, like students."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import FROZEN
from stillwatch.range.tactics import MIXED

ABOUT: Final = "campus addresses shared with students, evenings and weekends"
SPLIT: Final = FROZEN
LEVEL: Final = MIXED
KNOBS: Final = {
    "timing": "commuter",
    "infrastructure": "campus",
    "age": "aged",
    "cover": "fading",
    "wording": "personal",
}
