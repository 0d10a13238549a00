"""Blocks what the detector calls an attack, and leaves everything else alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.verdict import Call
from stillwatch.range.live.decisions import Action, Decision

if TYPE_CHECKING:
    from stillwatch.range.live.policies import View

ABOUT = "accounts called attack are blocked"
NEEDS_VERDICTS = True


def decide(view: View) -> list[Decision]:
    """Block whoever is called attack now and was not before."""
    return [
        Decision(account, Action.BLOCK)
        for account, call in sorted(view.verdicts.items())
        if call is Call.ATTACK and account not in view.decided
    ]
