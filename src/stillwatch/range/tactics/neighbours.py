"""A few accounts to an address, at any hour."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import TRAIN
from stillwatch.range.tactics import MIXED

ABOUT: Final = "four accounts to an address, evenly jittered, new accounts"
SPLIT: Final = TRAIN
LEVEL: Final = MIXED
KNOBS: Final = {
    "timing": "jittered",
    "infrastructure": "moderate",
    "age": "fresh",
    "cover": "own",
    "wording": "reword",
}
