"""Nightly batches from one pool."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import FROZEN
from stillwatch.range.tactics import PLAIN

ABOUT: Final = "one pool of machines and payments, nightly batches, an own template for each account"
SPLIT: Final = FROZEN
LEVEL: Final = PLAIN
KNOBS: Final = {
    "timing": "nightly",
    "infrastructure": "shared",
    "age": "dormant",
    "cover": "fading",
    "wording": "personal",
}
