"""The habits of a previous owner fade while the harvest grows."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import FROZEN
from stillwatch.range.tactics import CAMOUFLAGED

ABOUT: Final = "bought accounts whose earlier habits fade out, everything else cloned, own template each"
SPLIT: Final = FROZEN
LEVEL: Final = CAMOUFLAGED
KNOBS: Final = {
    "timing": "cloned",
    "infrastructure": "cloned",
    "age": "aged",
    "cover": "fading",
    "wording": "personal",
    "spread": 0.9,
}
