"""Which style a campaign is run in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError
from stillwatch.range.live.operators import operators
from stillwatch.range.splits import nearest

if TYPE_CHECKING:
    from stillwatch.range.live.contract import Operator

MIXED: Final = "mixed"


def operator_for(reaction: str, index: int) -> Operator:
    """Who runs the campaign with that number; ``mixed`` takes the styles in turn.

    Raises:
        StillwatchError: no such style; the hint names the nearest.
    """
    known = operators()
    if reaction == MIXED:
        styles = sorted(known, reverse=True)
        return known[styles[index % len(styles)]]()
    if reaction not in known:
        raise StillwatchError(
            f"there is no reaction named '{reaction}'",
            code="SW-LIVE-08",
            where=reaction,
            hint=nearest(reaction, [*known, MIXED]),
        )
    return known[reaction]()
