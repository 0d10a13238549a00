"""p-values are bounds and e-values have mean one, over the keys that might have been drawn."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from stillwatch.attribution.keyed_sums import KeyedSum, score_needed

# Multiples of 1/64: sums of them are exact, so that two totals are either equal or apart.
weights = st.lists(st.integers(-192, 192).map(lambda each: each / 64), min_size=1, max_size=8)


def law(values: list[float], gamma: float = 0.25) -> KeyedSum:
    return KeyedSum(np.array([[0.0, each] for each in values]), np.array([[1 - gamma, gamma]]))


def outcomes(values: list[float], gamma: float = 0.25) -> list[tuple[float, float]]:
    """Every sum there can be with its chance."""
    found = []
    for bits in itertools.product((0, 1), repeat=len(values)):
        chance = math.prod(gamma if bit else 1 - gamma for bit in bits)
        found.append((sum(bit * each for bit, each in zip(bits, values, strict=True)), chance))
    return found


@settings(deadline=None, max_examples=50)
@given(weights, st.sampled_from([0.25, 0.5]))
def test_the_e_value_has_mean_one_over_all_keys(values: list[float], gamma: float) -> None:
    under = law(values, gamma)
    if under.spread > 1e-6:
        assert sum(under.e(total) * chance for total, chance in outcomes(values, gamma)) == pytest.approx(
            1.0, rel=1e-6
        )


@settings(deadline=None, max_examples=50)
@given(weights)
def test_p_is_never_below_the_exact_chance(values: list[float]) -> None:
    under, every = law(values), outcomes(values)
    for total, _ in every:
        exact = sum(chance for other, chance in every if other >= total)
        assert under.p(total) >= exact - 1e-9 or under.spread < 1e-6


def test_the_bound_is_within_reach_of_the_exact_binomial() -> None:
    under = KeyedSum(np.array([[0.0, 1.0]]), np.array([[0.75, 0.25]]), np.array([1_000.0]))
    exact = float(binom.sf(319, 1_000, 0.25))
    assert exact <= under.p(320.0) <= 20 * exact
    assert under.units == 1_000
    assert under.effective == pytest.approx(1_000)


def test_equal_rows_given_once_are_as_good_as_one_by_one() -> None:
    once = KeyedSum(np.array([[0.0, 1.0]]), np.array([[0.75, 0.25]]), np.array([40.0]))
    each = law([1.0] * 40)
    for total in (5.0, 10.0, 25.0):
        assert once.p(total) == pytest.approx(each.p(total))
        assert once.e(total) == pytest.approx(each.e(total))


def test_choices_may_be_more_than_two() -> None:
    under = KeyedSum(np.tile([1.0, 0.0, 0.0, 0.0], (10, 1)), np.full((10, 4), 0.25))
    exact = [float(binom.pmf(hits, 10, 0.25)) for hits in range(11)]
    assert sum(under.e(hits) * chance for hits, chance in enumerate(exact)) == pytest.approx(1.0)
    assert under.p(10.0) == pytest.approx(4.0**-10, rel=2.0)


def test_texts_that_put_nothing_on_any_choice_show_nothing() -> None:
    under = law([0.0, 0.0])
    assert (under.units, under.spread, under.score(0.0), under.p(0.0), under.e(0.0)) == (
        0,
        0.0,
        0.0,
        1.0,
        1.0,
    )


def test_numbers_stay_finite_where_the_evidence_is_overwhelming() -> None:
    under = KeyedSum(np.array([[0.0, 1.0]]), np.array([[0.75, 0.25]]), np.array([1e6]))
    assert 0 < under.p(1e6) <= 1e-299
    assert 1e200 < under.e(1e6) <= 1e300


def test_the_score_that_is_needed_gives_the_e_that_is_asked_for() -> None:
    under = KeyedSum(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]]), np.array([4_000.0]))
    assert under.e(under.mean + (score_needed(1e-6) + 0.3) * under.spread) >= 1e6
