from __future__ import annotations

import datetime as dt
import itertools
import re

from stillwatch.reporting.charts.marked_lanes import Lane, Mark, marked_lanes, span_of
from stillwatch.reporting.charts.swim_lanes import PLOT_LEFT, PLOT_RIGHT

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def drawn(marks: list[Mark], bins: int = 48, name: str = "acct-1") -> str:
    counts = [1] * bins
    lanes = [Lane(name, counts, START + 3 * HOUR)]
    span = span_of(START, HOUR, bins, marks)
    return marked_lanes(Lane("all accounts", counts), lanes, span, marks, title="When", prefix="w")


def at(hours: float, kind: str = "act") -> Mark:
    return Mark(START + hours * HOUR, kind, f"after {hours} hours")


def test_the_axis_grows_to_reach_what_was_done_afterwards_but_not_without_end():
    assert span_of(START, HOUR, 48, [at(60)]).bins == 61
    assert span_of(START, HOUR, 48, [at(500)]).bins == 48
    assert span_of(START, HOUR, 48, []).bins == 48


def test_marks_are_numbered_in_the_order_of_their_list_and_the_alarm_looks_different():
    svg = drawn([at(5, "alarm"), at(40)])
    assert re.findall(r'class="flag-number">(\d+)<', svg) == ["1", "2"]
    assert svg.count('class="alarm-line"') == svg.count('class="act-line"') == 1
    assert "2 acts marked by numbers, listed below." in svg


def test_numbers_that_would_touch_stand_beside_each_other():
    svg = drawn([at(5), at(5.1), at(5.2)])
    places = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)]
    assert all(right - left >= 14 for left, right in itertools.pairwise(places))


def test_a_mark_outside_of_what_is_drawn_is_left_to_the_list():
    svg = drawn([at(500)])
    assert "flag-number" not in svg


def test_everything_lies_within_the_plot_and_names_are_escaped():
    svg = drawn([at(1)], name='<script>"x"</script>')
    assert "<script>" not in svg
    xs = [float(x) for x in re.findall(r'd="M([\d.]+) 15L', svg)]
    assert all(PLOT_LEFT <= x <= PLOT_RIGHT for x in xs)
