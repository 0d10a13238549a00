"""The harvest is carried by a reseller's accounts."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import TRAIN
from stillwatch.range.tactics import CAMOUFLAGED

ABOUT: Final = "carried by accounts of a reseller with many lawful end users"
SPLIT: Final = TRAIN
LEVEL: Final = CAMOUFLAGED
KNOBS: Final = {
    "timing": "jittered",
    "infrastructure": "gateway",
    "age": "aged",
    "cover": "own",
    "wording": "reword",
}
