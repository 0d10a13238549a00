"""Uses bought accounts with a past."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.range.adaptive.attack import Attack

ABOUT = "bought accounts, at least a month old"
EVADES = ("own_history",)
COSTS = "an aged account costs three times a fresh one"


def apply(attack: Attack) -> Attack | None:
    """Older accounts."""
    if attack.knobs.age == "aged":
        return None
    knobs = dataclasses.replace(attack.knobs, age="aged")
    return dataclasses.replace(attack, knobs=knobs)
