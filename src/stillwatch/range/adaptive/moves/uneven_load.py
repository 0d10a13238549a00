"""Gives members volumes like those of real customers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.reshaping import harvests

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.plan import Account

ABOUT = "volumes as unequal as those of customers"
EVADES = ("even_load",)
COSTS = "most accounts are nearly idle: twice as many are needed"
_SPREAD = 1.3


def apply(attack: Attack) -> Attack:
    """The price; what is written changes in `dress`."""
    return dataclasses.replace(
        attack, knobs=dataclasses.replace(attack.knobs, accounts=2 * attack.knobs.accounts)
    )


def dress(members: list[Account], attack: Attack, rng: Random) -> None:
    """Volumes drawn from a heavy tail, the sum kept."""
    streams = [stream for _, _, stream in harvests(members)]
    sizes = [rng.lognormvariate(0.0, _SPREAD) for _ in streams]
    unit = attack.harvest / sum(sizes)
    for stream, size in zip(streams, sizes, strict=True):
        stream.weight = max(1, round(size * unit))
