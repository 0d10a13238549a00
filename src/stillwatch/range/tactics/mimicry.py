"""Each account lives an honest person's life: hours, lines, client, volume."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import TRAIN
from stillwatch.range.tactics import CAMOUFLAGED

ABOUT: Final = "everything cloned from honest people, bought accounts, own habits as cover"
SPLIT: Final = TRAIN
LEVEL: Final = CAMOUFLAGED
KNOBS: Final = {
    "timing": "cloned",
    "infrastructure": "cloned",
    "age": "aged",
    "cover": "own",
    "wording": "reword",
    "spread": 0.9,
}
