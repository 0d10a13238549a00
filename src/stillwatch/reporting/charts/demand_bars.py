"""A campaign's demand over time: one bar a step, its first alarm marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from stillwatch.reporting import wording
from stillwatch.reporting.charts.time_axis import time_ticks
from stillwatch.reporting.markup import Child, Markup, tag

WIDTH: Final = 516
HEIGHT: Final = 150
LEFT: Final = 44
RIGHT: Final = 508
TOP: Final = 12
BOTTOM: Final = 122
MOST_BARS: Final = 116
_TICKS: Final = 5


def demand_bars(
    start: dt.datetime, step: dt.timedelta, counts: Sequence[int], alarm: dt.datetime | None, *, prefix: str
) -> Markup:
    """The drawing.

    Args:
        start: of the first bar.
        step: width of a bar; bars are joined where there are more than :data:`MOST_BARS`.
        counts: exchanges in each, at least one.
        alarm: when the campaign was first alarmed.
        prefix: begins the ids of this drawing, unique on the page.
    """
    joined = -(-len(counts) // MOST_BARS)
    bars = [sum(counts[at : at + joined]) for at in range(0, len(counts), joined)]
    end = start + step * joined * len(bars)
    highest = max(*bars, 1)
    busiest = start + step * joined * bars.index(highest) if highest in bars else start
    words = (
        f"{wording.counted(sum(bars), 'exchange')} from {wording.date_time(start.isoformat())} to "
        f"{wording.date_time(end.isoformat())} UTC, at most {wording.whole(highest)} in "
        f"{wording.duration((step * joined).total_seconds())}, at {wording.date_time(busiest.isoformat())}."
    )
    return tag(
        "svg",
        tag("title", "Exchanges of the campaign over time", id=f"{prefix}-title"),
        tag("desc", words, id=f"{prefix}-desc"),
        tag("text", wording.whole(highest), x=LEFT - 4, y=TOP + 4, text_anchor="end", class_="tick-label"),
        tag("text", "0", x=LEFT - 4, y=BOTTOM + 4, text_anchor="end", class_="tick-label"),
        [_bar(place, count, len(bars), highest) for place, count in enumerate(bars) if count],
        tag("path", d=f"M{LEFT} {BOTTOM + 0.5:g}H{RIGHT}", class_="axis"),
        [_tick(tick.at, tick.label) for tick in time_ticks(start, end, most=_TICKS)],
        _alarm(start, end, alarm),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        aria_labelledby=f"{prefix}-title {prefix}-desc",
        class_="chart demand",
    )


def _bar(place: int, count: int, bars: int, highest: int) -> Markup:
    width = (RIGHT - LEFT) / bars
    height = max(1.0, (BOTTOM - TOP) * count / highest)
    return tag(
        "rect",
        x=round(LEFT + place * width, 1),
        y=round(BOTTOM - height, 1),
        width=round(max(width - 0.6, 0.6), 1),
        height=round(height, 1),
        class_="bars",
    )


def _tick(at: float, label: str) -> Child:
    x = round(LEFT + at * (RIGHT - LEFT), 1)
    anchor = "start" if at < 0.06 else "end" if at > 0.94 else "middle"
    return [
        tag("path", d=f"M{x:g} {BOTTOM}V{BOTTOM + 5}", class_="axis"),
        tag("text", label, x=x, y=BOTTOM + 20, text_anchor=anchor, class_="tick-label"),
    ]


def _alarm(start: dt.datetime, end: dt.datetime, alarm: dt.datetime | None) -> Child:
    if alarm is None or not start <= alarm <= end:
        return None
    x = round(LEFT + (RIGHT - LEFT) * ((alarm - start) / (end - start)), 1)
    anchor = "end" if x > (LEFT + RIGHT) / 2 else "start"
    return [
        tag("path", d=f"M{x:g} {TOP - 8}V{BOTTOM}", class_="alarm-line"),
        tag(
            "text",
            "first alarm",
            x=x - 4 if anchor == "end" else x + 4,
            y=TOP + 2,
            text_anchor=anchor,
            class_="alarm-label",
        ),
    ]
