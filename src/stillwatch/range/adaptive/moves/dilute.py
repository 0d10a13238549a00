"""Mixes honest-looking traffic into every account."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.moves import LINKING

if TYPE_CHECKING:
    from stillwatch.range.adaptive.attack import Attack

ABOUT = "half, then four fifths of the traffic is honest-looking"
EVADES = (
    "alike_accounts",
    "own_history",
    LINKING,
)
COSTS = "every request of the harvest is paid twice, then five times"
AGAIN = True


def apply(attack: Attack) -> Attack | None:
    """The next level of dilution."""
    wanted = next((share for share in (0.5, 0.8) if share > attack.knobs.dilution), None)
    if wanted is None:
        return None
    knobs = dataclasses.replace(attack.knobs, dilution=wanted)
    return dataclasses.replace(attack, knobs=knobs)
