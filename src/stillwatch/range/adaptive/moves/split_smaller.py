"""Spreads the same work over three times as many accounts."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.moves import LINKING

if TYPE_CHECKING:
    from stillwatch.range.adaptive.attack import Attack

ABOUT = "three times as many accounts, each with a third of the load"
EVADES = (LINKING,)
COSTS = "three times the accounts"


def apply(attack: Attack) -> Attack | None:
    """More accounts for the same harvest."""
    more = 3 * attack.knobs.accounts
    if more > min(1000, attack.harvest):
        return None
    knobs = dataclasses.replace(attack.knobs, accounts=more)
    return dataclasses.replace(attack, knobs=knobs)
