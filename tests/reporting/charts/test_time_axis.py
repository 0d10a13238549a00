from __future__ import annotations

import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.reporting.charts.time_axis import time_ticks

START = dt.datetime(2026, 11, 2, 6, 0, tzinfo=dt.UTC)


def _labels(hours: float) -> list[str]:
    return [tick.label for tick in time_ticks(START, START + dt.timedelta(hours=hours), most=8)]


def test_two_weeks_are_told_in_days():
    assert _labels(14 * 24) == ["3 Nov", "5 Nov", "7 Nov", "9 Nov", "11 Nov", "13 Nov", "15 Nov"]


def test_two_days_are_told_in_hours_with_the_date_where_it_changes():
    assert _labels(48) == ["12:00, 2 Nov", "3 Nov", "12:00", "4 Nov"]


def test_no_time_has_no_ticks():
    assert _labels(0) == []


@given(st.floats(0.02, 24 * 4000), st.integers(4, 10))
def test_ticks_are_few_ordered_and_on_the_axis(hours: float, most: int):
    ticks = time_ticks(START, START + dt.timedelta(hours=hours), most=most)
    assert len(ticks) <= most + 1
    assert all(0 <= tick.at <= 1 for tick in ticks)
    assert all(one.at < other.at for one, other in itertools.pairwise(ticks))
