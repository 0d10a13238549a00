"""Seats of a lawful team, used in its hours and from its lines."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import VALIDATION
from stillwatch.range.tactics import CAMOUFLAGED

ABOUT: Final = "seats of honest teams, in their hours and from their lines, with their people's traffic"
SPLIT: Final = VALIDATION
LEVEL: Final = CAMOUFLAGED
KNOBS: Final = {
    "timing": "cloned",
    "infrastructure": "cloned",
    "age": "staggered",
    "cover": "borrowed",
    "wording": "versions",
    "spread": 0.6,
}
