"""The arithmetic, checked against definitions that are slow and plain."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from stillwatch.range.score.breakdown import dilution_class, size_class
from stillwatch.range.score.grouping import agreement
from stillwatch.range.score.ranking import area, average_precision
from stillwatch.reporting.intervals import Share

groups = st.lists(st.integers(-1, 3), min_size=2, max_size=12)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_ends_of_an_interval_leave_a_fortieth_on_either_side(counts):
    share = Share(*counts)
    if share.part:
        assert binom.sf(share.part - 1, share.total, share.low) == pytest.approx(0.025, rel=1e-6)
    if share.part < share.total:
        assert binom.cdf(share.part, share.total, share.high) == pytest.approx(0.025, rel=1e-6)
        assert binom.cdf(share.part, share.total, share.upper) == pytest.approx(0.05, rel=1e-6)
    assert share.low <= share.value <= share.upper <= share.high


def test_nothing_of_thirty_thousand_is_at_most_one_in_ten_thousand():
    assert Share(0, 30_000).upper == pytest.approx(9.985e-5, rel=1e-3)


def test_a_share_of_nothing_is_unknown():
    assert set(Share(0, 0).as_dict("x").values()) == {None, 0}


def test_a_table_counted_by_hand_gives_its_adjusted_rand_index():
    """The table [[1, 1, 0], [1, 2, 1], [0, 0, 4]]: (7 - 13 * 14 / 45) / (13.5 - 13 * 14 / 45)."""
    true = np.asarray([0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    found = np.asarray([0, 1, 0, 1, 1, 2, 2, 2, 2, 2])
    assert agreement(true, found).rand == pytest.approx(0.3126, abs=1e-4)


@settings(deadline=None)
@given(
    groups.flatmap(
        lambda one: st.tuples(
            st.just(one), st.lists(st.integers(-1, 3), min_size=len(one), max_size=len(one))
        )
    )
)
def test_pairs_are_counted_as_by_hand(both):
    true, found = both

    def pairs(names):
        return {(i, j) for i, j in itertools.combinations(range(len(names)), 2) if names[i] == names[j] >= 0}

    right, put = pairs(true), pairs(found)
    result = agreement(np.asarray(true), np.asarray(found))
    assert result.precision == (pytest.approx(len(right & put) / len(put)) if put else None)
    assert result.recall == (pytest.approx(len(right & put) / len(right)) if right else None)
    assert agreement(np.asarray(true), np.asarray(true)).rand == pytest.approx(1.0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.9]), st.booleans()), min_size=2, max_size=30))
def test_areas_are_those_of_their_definitions(rows):
    score, attack = np.asarray([row[0] for row in rows]), np.asarray([row[1] for row in rows])
    ones, zeros = score[attack], score[~attack]
    if len(ones) and len(zeros):
        wins = sum((a > b) + (a == b) / 2 for a in ones for b in zeros)
        assert area(score, attack) == pytest.approx(wins / (len(ones) * len(zeros)))
    else:
        assert area(score, attack) is None
    total, last = 0.0, 0.0
    for threshold in sorted(set(score.tolist()), reverse=True):
        called = score >= threshold
        if len(ones):
            recall = (called & attack).sum() / len(ones)
            total += (recall - last) * (called & attack).sum() / called.sum()
            last = recall
    assert average_precision(score, attack) == (pytest.approx(total) if len(ones) else None)


@pytest.mark.parametrize(
    ("members", "name"),
    [
        (1, "1 to 4"),
        (4, "1 to 4"),
        (5, "5 to 19"),
        (99, "20 to 99"),
        (499, "100 to 499"),
        (500, "500 or more"),
    ],
)
def test_sizes_fall_into_their_classes(members, name):
    assert size_class(members) == name


@pytest.mark.parametrize(
    ("dilution", "name"),
    [
        (0.0, "undiluted"),
        (0.01, "up to 25 %"),
        (0.25, "up to 25 %"),
        (0.5, "up to 50 %"),
        (0.9, "up to 90 %"),
        (0.95, "over 90 %"),
        (None, "unknown"),
    ],
)
def test_dilutions_fall_into_their_classes(dilution, name):
    assert dilution_class(dilution) == name
