"""Private-network exits that honest staff use as well."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import VALIDATION
from stillwatch.range.tactics import MIXED

ABOUT: Final = "exits of private networks, in turns, accounts opened in waves"
SPLIT: Final = VALIDATION
LEVEL: Final = MIXED
KNOBS: Final = {
    "timing": "relay",
    "infrastructure": "exits",
    "age": "staggered",
    "cover": "own",
    "wording": "versions",
}
