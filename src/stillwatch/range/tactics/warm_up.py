"""Accounts behave for days before they begin."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import VALIDATION
from stillwatch.range.tactics import CAMOUFLAGED

ABOUT: Final = "honest use first, harvest later, carrier addresses, three of twenty template versions each"
SPLIT: Final = VALIDATION
LEVEL: Final = CAMOUFLAGED
KNOBS: Final = {
    "timing": "trickle",
    "infrastructure": "carrier",
    "age": "aged",
    "cover": "warm_up",
    "wording": "blend",
    "spread": 0.9,
    "start": 0.4,
}
