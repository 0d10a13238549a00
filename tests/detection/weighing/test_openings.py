"""In which months accounts were opened."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.detection.worlds import planted

from stillwatch.detection.weighing.openings import LEAST_ACCOUNTS, SEASON_DAYS, Openings

DAY = 86_400_000_000


def openings(days: list[int]) -> Openings:
    """A site whose accounts send one exchange each, in this order, and were opened on these days."""
    rows = [(f"acct-{k:03d}", [k]) for k in range(len(days))]
    return Openings(planted(rows, created=[day * DAY for day in days]))


def test_the_months_that_hold_most_of_them_count_against_the_site_in_the_same_months() -> None:
    season = openings([1000, 1001, 1240, 1100, 3000, 10, 20, 1050, 5000, 9000])
    found = season.season(np.arange(5, dtype=np.int32), 10)
    assert found == pytest.approx((0.8, 0.5))


def test_accounts_that_were_not_seen_yet_are_not_of_the_site() -> None:
    season = openings([1000, 1001, 1002, 1003, 1004, 9000, 9001, 9002, 9003, 9004])
    assert season.season(np.arange(5), 5) == pytest.approx((1.0, 1.0))
    assert season.season(np.arange(5), 10) == pytest.approx((1.0, 0.5))
    assert season.season(np.arange(5), 5) == pytest.approx((1.0, 1.0))


def test_what_is_not_known_to_have_been_opened_is_left_out() -> None:
    season = openings([1000, 1001, 1002, 1003, 0, 0, 0, 2000])
    assert season.season(np.arange(7), 8) is None
    assert season.season(np.array([0, 1, 2, 3, 4, 7]), 8) == pytest.approx((0.8, 0.8))


@given(st.lists(st.integers(1, 4_000), min_size=LEAST_ACCOUNTS, max_size=40))
def test_no_months_hold_more_of_them_than_those(days: list[int]) -> None:
    found = openings(days).season(np.arange(len(days)), len(days))
    assert found is not None
    most = max(sum(begin <= day <= begin + SEASON_DAYS for day in days) for begin in days)
    assert found[0] == pytest.approx(most / len(days))
    assert found[1] == pytest.approx(found[0]), "they are the site"
