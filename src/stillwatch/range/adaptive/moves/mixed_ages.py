"""Buys accounts of many ages, a few at a time."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.range.adaptive.attack import Attack

ABOUT = "accounts opened in waves over the year before"
EVADES = (
    "age_cohort",
    "opened_together",
    "one_season",
)
COSTS = "accounts of chosen ages cost twice those of one batch, and somebody has to keep them for a year"


def apply(attack: Attack) -> Attack | None:
    """Ages spread over a year, dearer accounts."""
    if attack.knobs.age == "staggered":
        return None
    knobs = dataclasses.replace(attack.knobs, age="staggered")
    return dataclasses.replace(attack, knobs=knobs, account_extra=2.0 * attack.account_extra)
