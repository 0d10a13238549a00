"""Customers of an app with own keys, like any other in line, hour and client."""

from __future__ import annotations

from typing import Final

from stillwatch.range.splits import FROZEN
from stillwatch.range.tactics import CAMOUFLAGED

ABOUT: Final = "posing as customers of honest apps, in their hours, from their lines, old silent accounts"
SPLIT: Final = FROZEN
LEVEL: Final = CAMOUFLAGED
KNOBS: Final = {
    "timing": "cloned",
    "infrastructure": "cloned",
    "age": "dormant",
    "cover": "second_life",
    "wording": "personal",
    "spread": 0.6,
}
