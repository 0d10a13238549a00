"""Swim lanes: when each account sent the campaign's exchanges, on one time axis with the alarm."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.reporting import wording
from stillwatch.reporting.charts.time_axis import Tick, time_ticks
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from stillwatch.core.verdict import Campaign, Timeline, Verdict

WIDTH: Final = 636
PLOT_LEFT: Final = 140
PLOT_RIGHT: Final = 582
TOP: Final = 22  # room for the words on the alarm's line
UNION_HEIGHT: Final = 46
LANE_HEIGHT: Final = 17
AXIS_HEIGHT: Final = 26
MOST_LANES: Final = 20
MOST_BINS: Final = 110
MOST_TICKS: Final = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Lane:
    """One account's exchanges over time (or, without an account, everybody's)."""

    account: str | None
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Exchanges in all."""
        return sum(self.counts)


@dataclasses.dataclass(frozen=True, slots=True)
class Lanes:
    """What is drawn: the union, the busiest accounts, and the time they cover."""

    union: Lane
    accounts: tuple[Lane, ...]
    hidden: int
    start: dt.datetime
    step: dt.timedelta

    @property
    def end(self) -> dt.datetime:
        """The end of the last bin."""
        return self.start + self.step * len(self.union.counts)


def lanes_of(timeline: Timeline) -> Lanes | None:
    """The lanes of a timeline, in bins wide enough to be seen; None when it holds no exchange."""
    start = wording.parsed(timeline.start)
    length = max((len(counts) for counts in timeline.counts.values()), default=0)
    if start is None or not length or timeline.step_seconds <= 0:
        return None
    group = -(-length // MOST_BINS)
    lanes = [Lane(account, _grouped(counts, group, length)) for account, counts in timeline.counts.items()]
    lanes = sorted((lane for lane in lanes if lane.total), key=lambda lane: (-lane.total, lane.account or ""))
    if not lanes:
        return None
    union = Lane(None, tuple(sum(column) for column in zip(*(lane.counts for lane in lanes), strict=True)))
    step = dt.timedelta(seconds=timeline.step_seconds * group)
    return Lanes(union, tuple(lanes[:MOST_LANES]), max(0, len(lanes) - MOST_LANES), start, step)


def swim_lanes(campaign: Campaign, lanes: Lanes, verdicts: Mapping[str, Verdict], *, prefix: str) -> Markup:
    """The drawing: everybody's lane on top, then one lane an account, busiest first."""
    bottom = TOP + UNION_HEIGHT + LANE_HEIGHT * len(lanes.accounts)
    height = bottom + AXIS_HEIGHT
    tallest = max(max(lane.counts) for lane in lanes.accounts)
    return tag(
        "svg",
        tag("title", f"Timeline of {wording.visible(campaign.campaign_id)}", id=f"{prefix}-lanes-title"),
        tag("desc", _description(campaign, lanes), id=f"{prefix}-lanes-desc"),
        _axis(lanes, bottom),
        _lane(lanes.union, TOP, UNION_HEIGHT, max(lanes.union.counts), "all accounts", "bars-union"),
        [
            _account_lane(lane, TOP + UNION_HEIGHT + LANE_HEIGHT * place, tallest, lanes, verdicts)
            for place, lane in enumerate(lanes.accounts)
        ],
        _alarm(campaign, lanes, bottom),
        viewBox=f"0 0 {WIDTH} {height}",
        width=WIDTH,
        height=height,
        role="img",
        aria_labelledby=f"{prefix}-lanes-title {prefix}-lanes-desc",
        class_="chart",
    )


def scale_note(lanes: Lanes) -> str:
    """How high the highest bars are, and who is not drawn."""
    step = wording.duration(lanes.step.total_seconds())
    union = wording.whole(max(lanes.union.counts))
    single = wording.whole(max(max(lane.counts) for lane in lanes.accounts))
    more = f" {wording.counted(lanes.hidden, 'quieter account')} not drawn." if lanes.hidden else ""
    return (
        f"A bar is {step}; the highest is {union} exchanges for all together, {single} for one account.{more}"
    )


def _grouped(counts: Sequence[int], group: int, length: int) -> tuple[int, ...]:
    padded = list(counts) + [0] * (length - len(counts))
    return tuple(sum(padded[begin : begin + group]) for begin in range(0, length, group))


def _axis(lanes: Lanes, bottom: int) -> list[Child]:
    ticks = time_ticks(lanes.start, lanes.end, most=MOST_TICKS)
    return [
        tag("path", d=f"M{PLOT_LEFT} {bottom + 0.5:g}H{PLOT_RIGHT}", class_="axis"),
        [tag("path", d=f"M{_x(tick.at)} {TOP}V{bottom + 4}", class_="grid") for tick in ticks],
        [_tick_label(tick, bottom) for tick in ticks],
    ]


def _tick_label(tick: Tick, bottom: int) -> Markup:
    half = len(tick.label) * 3.2
    x = min(max(_x(tick.at), PLOT_LEFT + half - 8), WIDTH - half)
    return tag("text", tick.label, x=round(x, 1), y=bottom + 18, text_anchor="middle", class_="tick-label")


def _account_lane(
    lane: Lane, top: int, tallest: int, lanes: Lanes, verdicts: Mapping[str, Verdict]
) -> list[Child]:
    account = lane.account or ""
    verdict = verdicts.get(account)
    alarm = wording.parsed(verdict.first_alarm_ts) if verdict else None
    return [
        _lane(lane, top, LANE_HEIGHT, tallest, wording.visible(account, 18), "bars"),
        _notch(alarm, lanes, top) if alarm else None,
    ]


def _lane(lane: Lane, top: int, height: int, tallest: int, name: str, class_: str) -> list[Child]:
    floor = top + height - 2
    return [
        tag("path", d=f"M{PLOT_LEFT} {floor + 0.5:g}H{PLOT_RIGHT}", class_="lane-floor"),
        tag("path", d=bar_path(lane.counts, floor, height - 5, tallest), class_=class_),
        tag("text", name, x=0, y=floor - 2, class_="lane-label"),
        tag(
            "text",
            wording.whole(lane.total),
            x=WIDTH - 2,
            y=floor - 2,
            text_anchor="end",
            class_="lane-total",
        ),
    ]


def bar_path(counts: Sequence[int], floor: int, room: int, tallest: int) -> str:
    """Bars of a lane as one path, from the floor up."""
    wide = (PLOT_RIGHT - PLOT_LEFT) / len(counts)
    bar = max(0.8, wide - (0.8 if wide > 3 else 0.2))
    across = f"h{min(bar, 14):.1f}V{floor}z"
    return "".join(
        f"M{PLOT_LEFT + place * wide:.1f} {floor}v-{max(1.2, room * count / tallest):.1f}{across}"
        for place, count in enumerate(counts)
        if count
    )


def _notch(alarm: dt.datetime, lanes: Lanes, top: int) -> Markup | None:
    at = (alarm - lanes.start) / (lanes.end - lanes.start)
    if not 0 <= at <= 1:
        return None
    return tag("path", d=f"M{_x(at)} {top + LANE_HEIGHT - 1}l-3.5 -6h7z", class_="notch")


def _alarm(campaign: Campaign, lanes: Lanes, bottom: int) -> list[Child]:
    moment = wording.parsed(campaign.first_alarm_ts)
    if moment is None:
        return []
    at = (moment - lanes.start) / (lanes.end - lanes.start)
    if not 0 <= at <= 1:
        return []
    x, anchor = _x(at), "start" if at < 0.55 else "end"
    words = f"first alarm {wording.day(moment)}, {moment:%H:%M}"
    return [
        tag("path", d=f"M{x} 6V{bottom}", class_="alarm-line"),
        tag(
            "text",
            words,
            x=x + (5 if anchor == "start" else -5),
            y=15,
            text_anchor=anchor,
            class_="alarm-label",
        ),
    ]


def _x(at: float) -> float:
    return round(PLOT_LEFT + at * (PLOT_RIGHT - PLOT_LEFT), 1)


def _description(campaign: Campaign, lanes: Lanes) -> str:
    alarm = wording.date_time(campaign.first_alarm_ts, absent="not yet raised")
    return (
        f"{wording.counted(lanes.union.total, 'exchange')} of the campaign from "
        f"{wording.day(lanes.start)} to {wording.day(lanes.end)}, "
        f"one lane for each of the {len(lanes.accounts)} busiest accounts; "
        f"first alarm {alarm}. The table below gives the figures."
    )
