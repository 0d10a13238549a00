"""Thresholds: the most found at the promised precision, ties together, never on what nothing is known about."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stillwatch.range.runs.thresholds import PROMISED, best_threshold


def test_the_most_is_found_that_keeps_the_promise() -> None:
    scores = np.asarray([9.0] * 40 + [5.0] * 40 + [4.0] * 20)
    attack = np.asarray([True] * 40 + [True] * 39 + [False] + [False] * 20)
    found = best_threshold(scores, attack)
    assert found.reached
    assert found.value == pytest.approx(4.5)
    assert (found.recall, found.precision) == (1.0, 79 / 80)


def test_where_the_promise_cannot_be_kept_the_highest_f1_is_taken_and_said_so() -> None:
    scores = np.asarray([3.0, 3.0, 2.0, 1.0])
    found = best_threshold(scores, np.asarray([True, False, True, False]))
    assert not found.reached
    assert found.value == pytest.approx(1.5)
    assert found.rank() < best_threshold(scores, np.asarray([True, True, False, False])).rank()


def test_a_lucky_few_at_the_top_are_no_promise_kept() -> None:
    scores = np.arange(1000.0)
    attack = np.zeros(1000, np.bool_)
    attack[-3:] = True
    attack[:400] = True
    assert not best_threshold(scores, attack).reached


def test_nothing_known_and_nobody_to_find_accuse_nobody() -> None:
    assert best_threshold(np.full(5, np.nan), np.ones(5, np.bool_)).value == np.inf
    assert best_threshold(np.arange(5.0), np.zeros(5, np.bool_)).value == np.inf


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is slow at anything
@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=60))
def test_what_is_reported_is_what_the_threshold_gives(rows: list[tuple[int, bool]]) -> None:
    scores = np.asarray([float(score) for score, _ in rows])
    attack = np.asarray([truth for _, truth in rows])
    found = best_threshold(scores, attack)
    accused = scores >= found.value
    if accused.any():
        assert found.precision == pytest.approx(attack[accused].mean())
        assert found.recall == pytest.approx(accused[attack].mean())
        assert found.reached <= (found.precision >= PROMISED)
