"""Slows down what the detector calls an attack: four of five requests are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.verdict import Call
from stillwatch.range.live.decisions import Action, Decision

if TYPE_CHECKING:
    from stillwatch.range.live.policies import View

ABOUT = "accounts called attack are slowed to a fifth of their requests"
NEEDS_VERDICTS = True


def decide(view: View) -> list[Decision]:
    """Slow whoever is called attack now and was not before."""
    return [
        Decision(account, Action.THROTTLE)
        for account, call in sorted(view.verdicts.items())
        if call is Call.ATTACK and account not in view.decided
    ]
