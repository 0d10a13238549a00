"""Knows the truth and blocks every member as soon as it is seen: no detector can do better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.live.decisions import Action, Decision
from stillwatch.range.plan import ATTACK

if TYPE_CHECKING:
    from stillwatch.range.live.policies import View

ABOUT = "every true member is blocked at the next decision: the upper bound"
NEEDS_VERDICTS = False


def decide(view: View) -> list[Decision]:
    """Block every member that is not blocked yet."""
    return [
        Decision(account, Action.BLOCK)
        for account, truth in sorted(view.truth.items())
        if truth.label == ATTACK and account not in view.decided
    ]
