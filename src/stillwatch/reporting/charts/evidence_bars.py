"""Evidence bars: how far each reason speaks for or against, left and right of one zero line.

The bars stand in the rows of the reasons' table, which is their text twin, so they are hidden from
screen readers and carry no text of their own: they may shrink with the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stillwatch.reporting import wording
from stillwatch.reporting.markup import Markup, tag

if TYPE_CHECKING:
    from stillwatch.core.verdict import Reason

WIDTH: Final = 120
HEIGHT: Final = 12
SHORTEST_REACH: Final = 20.0


def reach_of(reasons: Iterable[Reason]) -> float:
    """The decibans at a bar's full length, so that all bars of a page are to one scale."""
    return max((abs(reason.decibans) for reason in reasons), default=0.0) or SHORTEST_REACH


def evidence_bar(decibans: float, *, reach: float) -> Markup:
    """One bar from the zero line: to the right for attack, to the left for innocence.

    Args:
        decibans: what the reason weighs.
        reach: the decibans that fill half the width, at least :data:`SHORTEST_REACH` is used.
    """
    middle = WIDTH / 2
    length = min(1.0, abs(decibans) / max(reach, SHORTEST_REACH)) * middle
    side = "for" if decibans > 0 else "against"
    return tag(
        "svg",
        tag("title", f"{wording.decibans(decibans)} decibans, {side} an attack"),
        tag("path", d=f"M0 {HEIGHT / 2:g}H{WIDTH}", class_="track"),
        tag(
            "rect",
            x=round(middle if decibans > 0 else middle - length, 1),
            y=2,
            width=round(length, 1),
            height=HEIGHT - 4,
            class_=f"bar-{side}",
        ),
        tag("path", d=f"M{middle:g} 0V{HEIGHT}", class_="zero"),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        preserveAspectRatio="none",
        class_="evidence-bar",
        aria_hidden="true",
    )
