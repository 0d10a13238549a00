"""Gives every account a residential address and a card of its own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.range.adaptive.attack import Attack

ABOUT = "one residential address and one card an account"
EVADES = (
    "shared_addresses",
    "shared_payments",
)
COSTS = "an unshared account costs more, and the proxies half as much again"


def apply(attack: Attack) -> Attack | None:
    """Cloned infrastructure, dearer accounts."""
    if attack.knobs.infrastructure == "cloned":
        return None
    knobs = dataclasses.replace(attack.knobs, infrastructure="cloned")
    return dataclasses.replace(attack, knobs=knobs, account_extra=1.5 * attack.account_extra)
