"""Harvests in office hours only, so that the union sleeps like people do."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.range.adaptive.attack import Attack

ABOUT = "harvest in office hours, weekends off"
EVADES = ("collective_rhythm",)
COSTS = "throughput: the harvest takes twice as long"


def apply(attack: Attack) -> Attack | None:
    """Another timing, twice the days."""
    if attack.knobs.timing == "office":
        return None
    knobs = dataclasses.replace(attack.knobs, timing="office")
    return dataclasses.replace(attack, knobs=knobs, days=2.0 * attack.days)
