"""Telephones behind a carrier's shared addresses, one request at a time."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import VALIDATION
from stillwatch.range.tactics import MIXED

ABOUT: Final = "carrier addresses shared with thousands, single requests with long gaps"
SPLIT: Final = VALIDATION
LEVEL: Final = MIXED
KNOBS: Final = {
    "timing": "trickle",
    "infrastructure": "carrier",
    "age": "staggered",
    "cover": "own",
    "wording": "blend",
}
