"""Accounts with addresses of their own that keep office hours."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import TRAIN
from stillwatch.range.tactics import MIXED

ABOUT: Final = "own addresses and payments, office hours, new accounts"
SPLIT: Final = TRAIN
LEVEL: Final = MIXED
KNOBS: Final = {
    "timing": "office",
    "infrastructure": "unique",
    "age": "fresh",
    "cover": "own",
    "wording": "reword",
}
