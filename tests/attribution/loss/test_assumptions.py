from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.attribution.loss.assumptions import Assumption, Shape, notices, read, shipped
from stillwatch.attribution.loss.drawing import draw, quantile
from stillwatch.errors import StillwatchError

DAY = datetime.date(2026, 11, 26)


def remarks(path, day=DAY) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in notices(read(path), day):
        found.setdefault(each.name, []).append(each.sentence.partition(":")[0])
    return found


def written(tmp_path, text):
    path = tmp_path / "a.toml"
    path.write_text(text)
    return path


def test_every_shipped_number_is_dated_and_says_what_it_is():
    for each in shipped().values():
        assert each.says
        assert each.unit
        assert each.as_of <= DAY
        least, most = each.plausible
        if each.low is not None and each.high is not None:
            assert least <= each.low <= each.high <= most


def test_what_nobody_has_published_is_named_and_revenue_has_no_default():
    said = remarks(None)
    assert said["exposed_revenue"] == ["not set; what needs it is not estimated"]
    assert said["switching_share"] == ["unsourced"]
    assert "half_queries" not in said


def test_ones_own_number_without_a_source_counts_as_unsourced(tmp_path):
    today = datetime.datetime.now(datetime.UTC).date()
    path = written(tmp_path, "[half_queries]\nlow = 10\nlikely = 500\nhigh = 900\n")
    assert remarks(path, today)["half_queries"] == ["unsourced"]
    path = written(tmp_path, '[half_queries]\nlow = 10\nlikely = 500\nhigh = 900\nsource = "own runs"\n')
    assert "half_queries" not in remarks(path, today)


def test_a_number_out_of_range_and_an_old_source_are_named(tmp_path):
    path = written(tmp_path, '[margin]\nlow = -1\nlikely = 0.5\nhigh = 3\nsource = "x"\nas_of = 2020-01-01\n')
    assert remarks(path)["margin"] == ["out of range", "old"]
    path = written(tmp_path, '[margin]\nlikely = 0.5\nsource = "x"\nas_of = 2030-01-01\n')
    assert remarks(path)["margin"] == ["dated in the future"]


def test_a_known_number_is_fixed(tmp_path):
    found = read(written(tmp_path, "[margin]\nlikely = 0.6\n"))["margin"]
    assert (found.shape, found.low, found.high, found.own) == (Shape.FIXED, 0.6, 0.6, True)
    assert set(draw({"margin": found}, 50, 1)["margin"]) == {0.6}


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("[marginn]\nlikely = 1\n", "SW-LOSS-02", "no assumption called 'marginn'"),
        ("[margin]\nlow = 1\n", "SW-LOSS-03", "go together"),
        ("[margin]\nlow = 3\nlikely = 2\nhigh = 4\n", "SW-LOSS-03", "does not hold"),
        ("[margin]\nlikly = 3\n", "SW-LOSS-03", "`likly` is no field"),
        ('[margin]\nlikely = "much"\n', "SW-LOSS-03", "`likely` is no number"),
        ("[margin]\nlikely = inf\n", "SW-LOSS-03", "`likely` is no number"),
        ('[margin]\nshape = "bell"\n', "SW-LOSS-03", "`shape` is one of"),
        ("[half_queries]\nlow = 0\nlikely = 2\nhigh = 4\n", "SW-LOSS-03", "is above 0"),
        ("[margin]\nplausible = 3\n", "SW-LOSS-03", "two numbers"),
        ("[margin]\nplausible = [3, 1]\n", "SW-LOSS-03", "smaller one first"),
        ('[margin]\nas_of = "today"\n', "SW-LOSS-03", "no date"),
        ("margin = 3\n", "SW-LOSS-03", "is no table"),
        ("[margin\n", "SW-LOSS-01", "cannot be read"),
    ],
)
def test_a_wrong_file_is_answered_with_what_is_wrong(tmp_path, text, code, words):
    with pytest.raises(StillwatchError, match=words) as caught:
        read(written(tmp_path, text))
    assert caught.value.code == code


NUMBERS = st.lists(st.floats(0.001, 1e6), min_size=3, max_size=3).map(sorted)


@given(NUMBERS, st.sampled_from([Shape.TRIANGULAR, Shape.LOG_TRIANGULAR]))
@settings(max_examples=60, deadline=None)
def test_draws_stay_within_the_range_and_rise_with_the_quantile(numbers, shape):
    low, likely, high = numbers
    each = Assumption("a", "", "", shape, low, likely, high, (0, 1e9), "", DAY)
    values = quantile(each, np.linspace(0, 1, 21))
    assert np.all(np.diff(values) >= -1e-9 * high)
    assert values[0] == pytest.approx(low)
    assert values[-1] == pytest.approx(high)


def test_a_triangular_number_has_the_mean_it_should():
    each = Assumption("a", "", "", Shape.TRIANGULAR, 1.0, 2.0, 6.0, (0, 9), "", DAY)
    assert np.mean(draw({"a": each}, 40_000, 3)["a"]) == pytest.approx(3.0, abs=0.03)


def test_changing_one_assumption_leaves_the_draws_of_the_others():
    before = shipped()
    after = before | {"margin": before["unpaid_share"]}
    one, other = draw(before, 10, 5), draw(after, 10, 5)
    assert np.array_equal(one["half_queries"], other["half_queries"])
    assert not np.array_equal(one["half_queries"], draw(before, 10, 6)["half_queries"])
