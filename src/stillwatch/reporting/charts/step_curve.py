"""Step curves over a logarithmic axis of counts: which share has come by the n-th of something."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Final

from stillwatch.reporting import wording
from stillwatch.reporting.markup import Markup, tag

WIDTH: Final = 516
HEIGHT: Final = 250
PLOT_LEFT: Final = 48
PLOT_RIGHT: Final = 508
TOP: Final = 10
BOTTOM: Final = 206
MOST_CURVES: Final = 6
SHORTEST_REACH: Final = 2  # decades


@dataclasses.dataclass(frozen=True, slots=True)
class Curve:
    """One curve: steps (count, share from there on), counts rising, shares 0 to 1."""

    name: str
    steps: Sequence[tuple[int, float]]


def step_curve(curves: Sequence[Curve], *, title: str, description: str, axis: str, prefix: str) -> Markup:
    """The drawing with at most :data:`MOST_CURVES` curves, told apart by their strokes; see :func:`legend`.

    Args:
        curves: what is drawn, in the order of the legend.
        title: what the drawing is.
        description: the same in a sentence or two, for those who do not see it.
        axis: what is counted along the lower axis.
        prefix: begins the ids of this drawing, unique on the page.
    """
    drawn = curves[:MOST_CURVES]
    decades = _decades(drawn)
    return tag(
        "svg",
        tag("title", title, id=f"{prefix}-curve-title"),
        tag("desc", description, id=f"{prefix}-curve-desc"),
        [_level(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)],
        [_decade(power, decades) for power in range(decades + 1)],
        tag("path", d=f"M{PLOT_LEFT} {BOTTOM + 0.5:g}H{PLOT_RIGHT}", class_="axis"),
        [
            tag("path", d=_path(curve, decades), class_=f"curve curve-{place}")
            for place, curve in enumerate(drawn, 1)
        ],
        tag(
            "text",
            axis,
            x=(PLOT_LEFT + PLOT_RIGHT) // 2,
            y=HEIGHT - 6,
            text_anchor="middle",
            class_="tick-label",
        ),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        aria_labelledby=f"{prefix}-curve-title {prefix}-curve-desc",
        class_="chart",
    )


def legend(curves: Sequence[Curve]) -> Markup | None:
    """Names beside a piece of each curve's stroke; None where one curve needs no name."""
    if len(curves) < 2:
        return None
    return tag(
        "ul",
        [
            tag("li", _sample(place), wording.visible(curve.name, 40))
            for place, curve in enumerate(curves[:MOST_CURVES], 1)
        ],
        class_="legend",
    )


def _sample(place: int) -> Markup:
    line = tag("path", d="M0 6H34", class_=f"curve curve-{place}")
    return tag("svg", line, viewBox="0 0 34 12", width=34, height=12, aria_hidden="true")


def _decades(curves: Sequence[Curve]) -> int:
    """Powers of ten that the axis covers."""
    most = max((count for curve in curves for count, _ in curve.steps), default=1)
    return max(SHORTEST_REACH, math.ceil(math.log10(max(1, most))))


def _path(curve: Curve, decades: int) -> str:
    """Flat until a step, then straight up; below one count is drawn at the left edge."""
    drawn = f"M{PLOT_LEFT} {_y(0.0)}"
    for count, share in curve.steps:
        drawn += f"H{_x(count, decades)}V{_y(share)}"
    return f"{drawn}H{PLOT_RIGHT}"


def _level(share: float) -> list[Markup]:
    y = _y(share)
    label = f"{share * 100:g}{wording.NO_BREAK}%"
    return [
        tag("path", d=f"M{PLOT_LEFT} {y}H{PLOT_RIGHT}", class_="grid"),
        tag("text", label, x=PLOT_LEFT - 6, y=y + 4, text_anchor="end", class_="tick-label"),
    ]


def _decade(power: int, decades: int) -> list[Markup]:
    x = _x(10**power, decades)
    anchor = "end" if power == decades else "middle"
    return [
        tag("path", d=f"M{x} {TOP}V{BOTTOM + 4}", class_="grid"),
        tag("text", wording.whole(10**power), x=x, y=BOTTOM + 18, text_anchor=anchor, class_="tick-label"),
    ]


def _x(count: int, decades: int) -> float:
    share = math.log10(max(1, count)) / decades
    return round(PLOT_LEFT + share * (PLOT_RIGHT - PLOT_LEFT), 1)


def _y(share: float) -> float:
    return round(BOTTOM - share * (BOTTOM - TOP), 1)
