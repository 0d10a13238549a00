"""Forest plot: a rate and its interval on one line for each of many groups, all on one axis.

The axis is that of the square root, so that rates near zero stay apart and zero itself can be drawn.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Final

from stillwatch.reporting import wording
from stillwatch.reporting.markup import Markup, tag

WIDTH: Final = 636
PLOT_LEFT: Final = 180
PLOT_RIGHT: Final = 560
TOP: Final = 8
LINE_HEIGHT: Final = 20
AXIS_HEIGHT: Final = 26
NEAREST_TICKS: Final = 46
_TICKS: Final = (0.0, 0.0001, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)


@dataclasses.dataclass(frozen=True, slots=True)
class Estimate:
    """One group: its rate and the ends of its interval, 0 to 1, and what to write at the line's end."""

    name: str
    rate: float
    low: float
    high: float
    note: str


def forest_plot(estimates: Sequence[Estimate], *, title: str, description: str, prefix: str) -> Markup:
    """The drawing, one line an estimate in the given order.

    Args:
        estimates: what is drawn.
        title: what the drawing is.
        description: the same in a sentence or two, for those who do not see it.
        prefix: begins the ids of this drawing, unique on the page.
    """
    reach = math.sqrt(max((estimate.high for estimate in estimates), default=1.0) or 1.0)
    bottom = TOP + LINE_HEIGHT * len(estimates)
    height = bottom + AXIS_HEIGHT
    return tag(
        "svg",
        tag("title", title, id=f"{prefix}-forest-title"),
        tag("desc", description, id=f"{prefix}-forest-desc"),
        [_tick(at, reach, bottom) for at in _ticks(reach)],
        tag("path", d=f"M{PLOT_LEFT} {bottom + 0.5:g}H{PLOT_RIGHT}", class_="axis"),
        [_line(estimate, TOP + LINE_HEIGHT * place, reach) for place, estimate in enumerate(estimates)],
        viewBox=f"0 0 {WIDTH} {height}",
        width=WIDTH,
        height=height,
        role="img",
        aria_labelledby=f"{prefix}-forest-title {prefix}-forest-desc",
        class_="chart",
    )


def _line(estimate: Estimate, top: int, reach: float) -> list[Markup]:
    middle = top + LINE_HEIGHT / 2
    low, at, high = (_x(rate, reach) for rate in (estimate.low, estimate.rate, estimate.high))
    return [
        tag("text", wording.visible(estimate.name, 28), x=0, y=middle + 4, class_="line-label"),
        tag("path", d=f"M{low} {middle:g}H{high}M{high} {middle - 3:g}v6", class_="interval"),
        tag("circle", cx=at, cy=middle, r=3.5, class_="estimate some" if estimate.rate else "estimate"),
        tag("text", estimate.note, x=WIDTH - 2, y=middle + 4, text_anchor="end", class_="lane-total"),
    ]


def _ticks(reach: float) -> list[float]:
    """Round rates within reach, as many as stand apart."""
    kept: list[float] = []
    for rate in _TICKS:
        if math.sqrt(rate) > reach * 1.0001:
            break
        if not kept or _x(rate, reach) - _x(kept[-1], reach) >= NEAREST_TICKS:
            kept.append(rate)
    return kept


def _tick(rate: float, reach: float, bottom: int) -> list[Markup]:
    x = _x(rate, reach)
    return [
        tag("path", d=f"M{x} {TOP}V{bottom + 4}", class_="grid"),
        tag(
            "text",
            f"{rate * 100:g}{wording.NO_BREAK}%",
            x=x,
            y=bottom + 18,
            text_anchor="middle",
            class_="tick-label",
        ),
    ]


def _x(rate: float, reach: float) -> float:
    share = min(1.0, math.sqrt(max(rate, 0.0)) / reach)
    return round(PLOT_LEFT + share * (PLOT_RIGHT - PLOT_LEFT), 1)
