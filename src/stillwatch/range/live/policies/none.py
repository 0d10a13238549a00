"""Decides nothing: what happens if nobody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.range.live.decisions import Decision
    from stillwatch.range.live.policies import View

ABOUT = "nothing is decided: the lower bound"
NEEDS_VERDICTS = False


def decide(view: View) -> list[Decision]:  # noqa: ARG001 - the contract of policies
    """Nothing."""
    return []
