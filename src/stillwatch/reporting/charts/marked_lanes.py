"""Swim lanes with what was done about them: one lane an account on one time axis, each act a numbered line.

The numbers stand for the rows of a list beside the drawing, so that no words run into each other.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Final

from stillwatch.reporting import wording
from stillwatch.reporting.charts.swim_lanes import PLOT_LEFT, PLOT_RIGHT, WIDTH, bar_path
from stillwatch.reporting.charts.time_axis import time_ticks
from stillwatch.reporting.markup import Child, Markup, tag

TOP: Final = 24
UNION_HEIGHT: Final = 46
LANE_HEIGHT: Final = 17
AXIS_HEIGHT: Final = 26
LONGEST: Final = 2.0
"""How many times as long as the traffic the axis may become, to reach what was done afterwards."""
_NEAREST: Final = 15.0  # pixels between two numbers


@dataclasses.dataclass(frozen=True, slots=True)
class Lane:
    """One lane: whose, how much in each bin, and when the account was first called ``attack``."""

    name: str
    counts: Sequence[int]
    alarm: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """Something that was done, ``kind`` being ``alarm`` or ``act``."""

    at: dt.datetime
    kind: str
    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """The time drawn: from ``start``, in so many bins of ``step``."""

    start: dt.datetime
    step: dt.timedelta
    bins: int

    @property
    def end(self) -> dt.datetime:
        """The end of the last bin."""
        return self.start + self.step * self.bins

    def at(self, moment: dt.datetime) -> float | None:
        """Where a moment stands, in pixels; None for one that is not drawn."""
        share = (moment - self.start) / (self.end - self.start)
        return round(PLOT_LEFT + share * (PLOT_RIGHT - PLOT_LEFT), 1) if 0 <= share <= 1 else None


def span_of(start: dt.datetime, step: dt.timedelta, bins: int, marks: Sequence[Mark]) -> Span:
    """The time of the traffic, made longer to reach what was done afterwards where that is not too far off."""
    last = max((mark.at for mark in marks), default=start)
    needed = -(-(last - start) // step) + 1
    return Span(start, step, max(bins, needed) if needed <= LONGEST * bins else bins)


def marked_lanes(
    union: Lane, lanes: Sequence[Lane], span: Span, marks: Sequence[Mark], *, title: str, prefix: str
) -> Markup:
    """The drawing: everybody's lane on top, then the given ones, and a numbered line for each mark that fits.

    Args:
        union: all accounts together.
        lanes: single accounts.
        span: the time drawn; at least as many bins as the lanes have.
        marks: in the order of their numbers.
        title: what the drawing is.
        prefix: begins the ids of this drawing, unique on the page.
    """
    bottom = TOP + UNION_HEIGHT + LANE_HEIGHT * len(lanes)
    height = bottom + AXIS_HEIGHT
    tallest = max((max(lane.counts, default=0) for lane in lanes), default=0) or 1
    return tag(
        "svg",
        tag("title", title, id=f"{prefix}-when-title"),
        tag("desc", _description(union, lanes, span, marks), id=f"{prefix}-when-desc"),
        _axis(span, bottom),
        _lane(union, TOP, UNION_HEIGHT, max(union.counts, default=0) or 1, span, "bars-union"),
        [
            _lane(lane, TOP + UNION_HEIGHT + LANE_HEIGHT * place, LANE_HEIGHT, tallest, span, "bars")
            for place, lane in enumerate(lanes)
        ],
        _marks(marks, span, bottom),
        viewBox=f"0 0 {WIDTH} {height}",
        width=WIDTH,
        height=height,
        role="img",
        aria_labelledby=f"{prefix}-when-title",
        aria_describedby=f"{prefix}-when-desc",
        class_="chart when",
    )


def _axis(span: Span, bottom: int) -> list[Child]:
    ticks = time_ticks(span.start, span.end, most=8)
    wide = PLOT_RIGHT - PLOT_LEFT
    drawn: list[Child] = [tag("path", d=f"M{PLOT_LEFT} {bottom + 0.5:g}H{PLOT_RIGHT}", class_="axis")]
    for tick in ticks:
        x = round(PLOT_LEFT + tick.at * wide, 1)
        half = len(tick.label) * 3.2
        at = min(max(x, PLOT_LEFT + half - 8), WIDTH - half)
        drawn.append(tag("path", d=f"M{x} {TOP}V{bottom + 4}", class_="grid"))
        drawn.append(
            tag("text", tick.label, x=round(at, 1), y=bottom + 18, text_anchor="middle", class_="tick-label")
        )
    return drawn


def _lane(lane: Lane, top: int, height: int, tallest: int, span: Span, class_: str) -> list[Child]:
    floor = top + height - 2
    counts = [*lane.counts, *[0] * (span.bins - len(lane.counts))]
    alarm = None if lane.alarm is None else span.at(lane.alarm)
    return [
        tag("path", d=f"M{PLOT_LEFT} {floor + 0.5:g}H{PLOT_RIGHT}", class_="lane-floor"),
        tag("path", d=bar_path(counts, floor, height - 5, tallest), class_=class_),
        tag("text", wording.visible(lane.name, 18), x=0, y=floor - 2, class_="lane-label"),
        tag(
            "text",
            wording.whole(sum(lane.counts)),
            x=WIDTH - 2,
            y=floor - 2,
            text_anchor="end",
            class_="lane-total",
        ),
        None if alarm is None else tag("path", d=f"M{alarm} {floor + 1}l-3.5 -6h7z", class_="notch"),
    ]


def _marks(marks: Sequence[Mark], span: Span, bottom: int) -> list[Child]:
    """Numbered lines; numbers that would touch are moved to the right of the one before."""
    drawn: list[Child] = []
    free = 0.0
    for number, mark in sorted(enumerate(marks, 1), key=lambda each: each[1].at):
        x = span.at(mark.at)
        if x is None:
            continue
        label = max(x, free)
        free = label + _NEAREST
        alarm = mark.kind == "alarm"
        drawn += [
            tag("path", d=f"M{label} 15L{x} {TOP}V{bottom}", class_="alarm-line" if alarm else "act-line"),
            tag(
                "g",
                tag("title", f"{number}: {mark.words}"),
                tag("circle", cx=label, cy=8, r=7, class_="alarm-flag" if alarm else "act-flag"),
                tag("text", str(number), x=label, y=12, text_anchor="middle", class_="flag-number"),
            ),
        ]
    return drawn


def _description(union: Lane, lanes: Sequence[Lane], span: Span, marks: Sequence[Mark]) -> str:
    acts = f" {wording.counted(len(marks), 'act')} marked by numbers, listed below." if marks else ""
    return (
        f"{wording.counted(sum(union.counts), 'exchange')} of the campaign from {wording.day(span.start)} to "
        f"{wording.day(span.end)}, one lane for each of the {len(lanes)} busiest accounts.{acts}"
    )
