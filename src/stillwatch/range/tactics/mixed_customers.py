"""Several honest people use the account as well."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import VALIDATION
from stillwatch.range.tactics import CAMOUFLAGED

ABOUT: Final = "diluted with the traffic of three unrelated people, exits of private networks"
SPLIT: Final = VALIDATION
LEVEL: Final = CAMOUFLAGED
KNOBS: Final = {
    "timing": "cloned",
    "infrastructure": "exits",
    "age": "staggered",
    "cover": "borrowed",
    "wording": "versions",
    "spread": 0.9,
}
