"""How far something counts as it grows old: a falling line over dates, with today marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from stillwatch.reporting import wording
from stillwatch.reporting.charts.time_axis import time_ticks
from stillwatch.reporting.markup import Child, Markup, tag

WIDTH: Final = 560
HEIGHT: Final = 190
LEFT: Final = 44
RIGHT: Final = 544
TOP: Final = 20
BOTTOM: Final = 158
_TICKS: Final = 6


def decay_curve(
    points: Sequence[tuple[dt.date, float]], today: dt.date, *, title: str, prefix: str
) -> Markup:
    """The drawing.

    Args:
        points: days and what is left then, 0 to 1; at least two, days rising, the last one where it ends.
        today: marked, where it lies between them.
        title: what the drawing is.
        prefix: begins the ids of this drawing, unique on the page.
    """
    first, last = points[0][0], points[-1][0]
    now = next((value for day, value in points if day >= today), 0.0)
    words = (
        f"From {points[0][1]:.2f} on {_day(first)} down to nothing on {_day(last)}; "
        f"{now:.2f} on {_day(today)}."
    )
    line = " ".join(f"{_x(day, first, last):g},{_y(value):g}" for day, value in points)
    return tag(
        "svg",
        tag("title", title, id=f"{prefix}-title"),
        tag("desc", words, id=f"{prefix}-desc"),
        [_level(share) for share in (0.0, 0.5, 1.0)],
        tag("polyline", points=line, class_="curve curve-1"),
        _ticks(first, last),
        _today(today, now, first, last),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        aria_labelledby=f"{prefix}-title {prefix}-desc",
        class_="chart",
    )


def _level(share: float) -> Child:
    y = _y(share)
    return [
        tag("path", d=f"M{LEFT} {y:g}H{RIGHT}", class_="axis" if share == 0 else "grid"),
        tag("text", f"{share:g}", x=LEFT - 6, y=y + 4, text_anchor="end", class_="tick-label"),
    ]


def _ticks(first: dt.date, last: dt.date) -> Child:
    start, end = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in (first, last))
    return [
        tag(
            "text",
            tick.label,
            x=round(LEFT + tick.at * (RIGHT - LEFT), 1),
            y=BOTTOM + 18,
            text_anchor="end" if tick.at > 0.94 else "start" if tick.at < 0.03 else "middle",
            class_="tick-label",
        )
        for tick in time_ticks(start, end, most=_TICKS)
    ]


def _today(today: dt.date, now: float, first: dt.date, last: dt.date) -> Child:
    if not first <= today <= last:
        return None
    x = _x(today, first, last)
    before = x > (LEFT + RIGHT) / 2
    return [
        tag("path", d=f"M{x:g} {TOP - 8}V{BOTTOM}", class_="today-line"),
        tag("circle", cx=x, cy=_y(now), r=4, class_="estimate some"),
        tag(
            "text",
            f"today {now:.2f}",
            x=x - 6 if before else x + 6,
            y=TOP - 2,
            text_anchor="end" if before else "start",
        ),
    ]


def _x(day: dt.date, first: dt.date, last: dt.date) -> float:
    return round(LEFT + (RIGHT - LEFT) * (day - first).days / max((last - first).days, 1), 1)


def _y(value: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * min(max(value, 0.0), 1.0), 1)


def _day(day: dt.date) -> str:
    return f"{wording.day(dt.datetime.combine(day, dt.time()))} {day.year}"
