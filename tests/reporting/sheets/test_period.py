"""Periods: what people write, where each begins and ends, and the one before."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.errors import StillwatchError
from stillwatch.reporting.sheets.period import (
    DAYS,
    MONTH,
    QUARTER,
    WEEK,
    YEAR,
    containing,
    last_whole,
    period_of,
)

KINDS = st.sampled_from([WEEK, MONTH, QUARTER, YEAR])


@pytest.mark.parametrize(
    ("text", "first", "last", "words"),
    [
        ("2026-W47", "2026-11-16", "2026-11-22", "week 47 of 2026 (16 to 22 November 2026)"),
        ("2026-W01", "2025-12-29", "2026-01-04", "week 1 of 2026 (29 December 2025 to 4 January 2026)"),
        ("2026-02", "2026-02-01", "2026-02-28", "February 2026"),
        ("2026-Q4", "2026-10-01", "2026-12-31", "October to December 2026"),
        ("2026", "2026-01-01", "2026-12-31", "the year 2026"),
        ("2026-11-28..2026-12-03", "2026-11-28", "2026-12-03", "28 November to 3 December 2026"),
    ],
)
def test_a_period_is_what_its_name_says(text: str, first: str, last: str, words: str) -> None:
    found = period_of(text)
    assert (found.first.isoformat(), found.last.isoformat(), found.in_words) == (first, last, words)
    assert found.name == text
    assert found.holds(f"{first}T00:00:00.000Z")
    assert found.holds(f"{last}T23:59:59.999Z")
    assert not found.holds(found.end_ts)


@pytest.mark.parametrize(
    "text", ["", "2026-W60", "2026-13", "2026-Q5", "soon", "2026-12-03..2026-11-28", "2026-02-30..2026-03-01"]
)
def test_what_is_no_period_is_refused_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(StillwatchError) as caught:
        period_of(text)
    assert caught.value.code == "SW-REP-03"
    assert "2026-W47" in caught.value.hint


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), KINDS)
def test_periods_of_a_kind_follow_each_other_without_a_gap(day: dt.date, kind: str) -> None:
    found = containing(day, kind)
    assert found.first <= day <= found.last
    assert found.before().last == found.first - dt.timedelta(days=1)
    assert found.before().kind == kind
    assert period_of(found.name) == found
    assert last_whole(day, kind).over(day)


def test_days_are_followed_by_as_many() -> None:
    found = period_of("2026-11-01..2026-11-10")
    assert found.kind == DAYS
    assert found.before().name == "2026-10-22..2026-10-31"
