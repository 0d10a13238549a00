"""Ticks of a time axis: round times, few enough that their dates do not run into each other."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from stillwatch.reporting import wording

_STEPS: Final = tuple(
    dt.timedelta(minutes=minutes)
    for minutes in (
        1,
        5,
        15,
        30,
        60,
        120,
        180,
        360,
        720,
        1440,
        2880,
        7 * 1440,
        14 * 1440,
        28 * 1440,
        91 * 1440,
    )
)
_EPOCH: Final = dt.datetime(1970, 1, 5, tzinfo=dt.UTC)  # a Monday, so that weekly ticks are Mondays


@dataclasses.dataclass(frozen=True, slots=True)
class Tick:
    """A round time, where it stands (0 to 1) and what is written there."""

    at: float
    label: str


def time_ticks(start: dt.datetime, end: dt.datetime, *, most: int) -> list[Tick]:
    """Round times from start to end, with the date wherever it has changed since the tick before."""
    span = end - start
    if span <= dt.timedelta(0):
        return []
    coarsest = dt.timedelta(days=span.days // most + 1)
    step = next((step for step in _STEPS if span / step <= _most_of(step, most)), coarsest)
    moment = _EPOCH - (_EPOCH - start) // step * step  # the first multiple of the step at or after the start
    ticks: list[Tick] = []
    dated: dt.date | None = None
    while moment <= end:
        ticks.append(Tick((moment - start) / span, _label(moment, step, dated)))
        dated = moment.date()
        moment += step
    return ticks


def _label(moment: dt.datetime, step: dt.timedelta, dated: dt.date | None) -> str:
    midnight = moment.hour == moment.minute == 0
    if step >= dt.timedelta(days=1) or (midnight and dated != moment.date()):
        return wording.day(moment)
    return f"{moment:%H:%M}" if dated == moment.date() else f"{moment:%H:%M}, {wording.day(moment)}"


def _most_of(step: dt.timedelta, most: int) -> int:
    """How many ticks fit: dates are short, a time with its date is nearly twice as wide."""
    return most if step >= dt.timedelta(days=1) else max(1, most * 5 // 8)
