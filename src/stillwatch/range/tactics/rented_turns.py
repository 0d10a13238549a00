"""Rented machines of one pool that take turns."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import VALIDATION
from stillwatch.range.tactics import PLAIN

ABOUT: Final = "one pool of machines and payments, accounts that take turns, a dozen template versions"
SPLIT: Final = VALIDATION
LEVEL: Final = PLAIN
KNOBS: Final = {
    "timing": "relay",
    "infrastructure": "shared",
    "age": "staggered",
    "cover": "own",
    "wording": "versions",
}
