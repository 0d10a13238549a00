"""No disguise: machines of one pool that work the same jobs."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import TRAIN
from stillwatch.range.tactics import PLAIN

ABOUT: Final = "new accounts of one pool of machines and payments, started by the same jobs"
SPLIT: Final = TRAIN
LEVEL: Final = PLAIN
KNOBS: Final = {
    "timing": "synchronised",
    "infrastructure": "shared",
    "age": "fresh",
    "cover": "own",
    "wording": "reword",
}
