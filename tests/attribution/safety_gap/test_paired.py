from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, multinomial, norm

from stillwatch.attribution.safety_gap.paired import (
    Pairs,
    difference_interval,
    holm,
    mcnemar,
    rate_interval,
)

COUNTS = st.integers(0, 60)
TABLES = st.builds(Pairs, COUNTS, COUNTS, COUNTS, COUNTS)


def test_the_interval_agrees_with_the_published_example():
    # Newcombe 1998, Statistics in Medicine 17:2635, table of 50 pairs; the score interval as Tango 1998 defines it
    low, high = difference_interval(Pairs(36, 12, 2, 0))
    assert (round(low, 4), round(high, 4)) == (0.0611, 0.3447)


@given(TABLES)
@settings(max_examples=150, deadline=None)
def test_the_interval_holds_the_difference_and_turns_with_the_models(pairs):
    low, high = difference_interval(pairs)
    assert -1 <= low <= pairs.difference + 1e-6
    assert pairs.difference - 1e-6 <= high <= 1
    turned = difference_interval(Pairs(pairs.both, pairs.teacher_only, pairs.suspect_only, pairs.neither))
    assert turned == pytest.approx((-high, -low), abs=1e-6)


@given(TABLES)
@settings(max_examples=150, deadline=None)
def test_the_interval_leaves_zero_out_exactly_where_the_uncorrected_test_rejects(pairs):
    disagree = pairs.suspect_only + pairs.teacher_only
    if not disagree:
        return
    z = abs(pairs.suspect_only - pairs.teacher_only) / math.sqrt(disagree)
    low, high = difference_interval(pairs)
    if abs(z - norm.ppf(0.975)) > 1e-6:
        assert (low > 0 or high < 0) == (z > norm.ppf(0.975))


@pytest.mark.parametrize(("p", "q"), [(0.05, 0.05), (0.3, 0.05), (0.6, 0.1), (0.85, 0.05), (0.02, 0.4)])
def test_the_interval_covers_the_truth_as_often_as_it_says(p, q):
    n = 20
    tables = [(b, c) for b in range(n + 1) for c in range(n + 1 - b)]
    truth = multinomial(n, [p, q, 1 - p - q])
    covered = 0.0
    for b, c in tables:
        low, high = difference_interval(Pairs(0, b, c, n - b - c))
        covered += truth.pmf([b, c, n - b - c]) * (low - 1e-9 <= p - q <= high + 1e-9)
    assert covered > 0.935


def test_pairs_that_agree_say_nothing_about_a_difference():
    assert mcnemar(Pairs(5, 0, 0, 1000)) == 1.0
    assert mcnemar(Pairs(0, 6, 0, 34)) == mcnemar(Pairs(30, 6, 0, 4)) == binomtest(6, 6).pvalue


def test_the_test_is_exact_under_no_difference():
    n = 12
    size = sum(math.comb(n, k) / 2**n for k in range(n + 1) if mcnemar(Pairs(0, k, n - k, 0)) <= 0.05)
    assert size <= 0.05


def test_without_prompts_nothing_is_known():
    assert difference_interval(Pairs(0, 0, 0, 0)) == (-1, 1)
    assert rate_interval(0, 0) == (0, 1)


def test_a_rate_of_none_in_forty_is_not_zero():
    low, high = rate_interval(0, 40)
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 40))


def test_several_categories_are_corrected_together_and_keep_their_order():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
