"""Copies hours, sessions and volumes of honest people."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.range.adaptive.attack import Attack

ABOUT = "each account keeps the hours and the volume of an honest person"
EVADES = (
    "busy_accounts",
    "collective_rhythm",
    "even_load",
    "sustained",
)
COSTS = "most accounts are nearly idle: half as many again, and half as long again"


def apply(attack: Attack) -> Attack | None:
    """Cloned timing, more accounts, more days."""
    if attack.knobs.timing == "cloned":
        return None
    more = round(1.5 * attack.knobs.accounts)
    knobs = dataclasses.replace(attack.knobs, timing="cloned", accounts=more)
    return dataclasses.replace(attack, knobs=knobs, days=1.5 * attack.days)
