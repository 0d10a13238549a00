"""Tornado chart: how far a total moves with each assumption, the widest on top, around the value in the middle."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Final

from stillwatch.reporting.markup import Markup, tag

WIDTH: Final = 640
PLOT_LEFT: Final = 190
PLOT_RIGHT: Final = 452
TOP: Final = 22
LINE_HEIGHT: Final = 24
BOTTOM_ROOM: Final = 8
_BAR: Final = 14


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    """One assumption: the total at the low and at the high end of it, in the unit of the chart."""

    name: str
    at_low: float
    at_high: float


def tornado(
    bars: Sequence[Bar],
    middle: float,
    *,
    written: Callable[[float], str],
    title: str,
    description: str,
    prefix: str,
) -> Markup:
    """The drawing, one bar an assumption in the given order.

    Args:
        bars: what is drawn.
        middle: the total with every assumption in its middle.
        written: how a total is written at a bar's end.
        title: what the drawing is.
        description: the same in a sentence or two, for those who do not see it.
        prefix: begins the ids of this drawing, unique on the page.
    """
    ends = [end for bar in bars for end in (bar.at_low, bar.at_high)] + [middle]
    low, high = min(ends), max(ends)
    reach = (high - low) or 1.0

    def x(value: float) -> float:
        return round(PLOT_LEFT + (value - low) / reach * (PLOT_RIGHT - PLOT_LEFT), 1)

    height = TOP + LINE_HEIGHT * len(bars) + BOTTOM_ROOM
    return tag(
        "svg",
        tag("title", title, id=f"{prefix}-tornado-title"),
        tag("desc", description, id=f"{prefix}-tornado-desc"),
        [_bar(bar, TOP + LINE_HEIGHT * place, middle, x, written) for place, bar in enumerate(bars)],
        tag("path", d=f"M{x(middle)} {TOP - 4}V{height - BOTTOM_ROOM}", class_="axis"),
        tag("text", written(middle), x=x(middle), y=TOP - 8, text_anchor="middle", class_="tick-label"),
        viewBox=f"0 0 {WIDTH} {height}",
        width=WIDTH,
        height=height,
        role="img",
        aria_labelledby=f"{prefix}-tornado-title {prefix}-tornado-desc",
        class_="chart",
    )


def _bar(
    bar: Bar, top: int, middle: float, x: Callable[[float], float], written: Callable[[float], str]
) -> list[Markup | None]:
    left, right = sorted((bar.at_low, bar.at_high))
    baseline = top + LINE_HEIGHT / 2 + 4
    below = "swing-low" if bar.at_low <= bar.at_high else "swing-high"
    above = "swing-high" if bar.at_low <= bar.at_high else "swing-low"
    return [
        tag("text", bar.name, x=0, y=baseline, class_="line-label"),
        _piece(x(left), x(middle), top, below),
        _piece(x(middle), x(right), top, above),
        tag(
            "text",
            f"{written(left)} – {written(right)}",
            x=WIDTH - 2,
            y=baseline,
            text_anchor="end",
            class_="lane-total",
        ),
    ]


def _piece(start: float, end: float, top: int, class_: str) -> Markup | None:
    if end <= start:
        return None
    y = top + (LINE_HEIGHT - _BAR) // 2
    return tag("path", d=f"M{start} {y}H{end}v{_BAR}H{start}z", class_=class_)
