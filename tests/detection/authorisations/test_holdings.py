from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.detection.authorisations.partners import EXCHANGES_A_DAY, partner, traffic, us

from stillwatch.core.authorisation import Period
from stillwatch.detection.authorisations.holdings import (
    UNHELD,
    Outside,
    holdings,
    period_of,
    permits,
    place_in_period,
)


def test_a_holder_is_told_by_account_organisation_or_key() -> None:
    frame = traffic(
        ["a", "b", "c", "d"],
        organization_id=[None, "org-p", None, "org-q"],
        api_key=[None, None, 77, 78],
    )
    held = holdings(frame, [partner(accounts=("a",), organizations=("org-p",), api_keys=(77,))])
    assert held.of.tolist() == [0, 0, 0, UNHELD]
    assert held.within.tolist() == [True, True, True, False]


def test_a_client_named_beside_the_accounts_narrows_them() -> None:
    frame = traffic(["a", "a", "b"], client=[5, 6, 5])
    assert holdings(frame, [partner(accounts=("a",), client=5)]).of.tolist() == [0, UNHELD, UNHELD]


def test_what_lies_before_after_or_beside_the_scope_says_why() -> None:
    frame = traffic(["a"] * 5, hours=24.0, model=["m-1", "m-1", "x", "m-2", "m-2"])
    about = partner(
        accounts=("a",), since_us=us(1), until_us=us(4), models=("m-*",), volume=1, period=Period.WEEK
    )
    assert holdings(frame, [about]).outside.tolist() == [
        Outside.TERM,
        Outside.NOT,
        Outside.MODEL,
        Outside.VOLUME,
        Outside.TERM,
    ]


def test_only_permitted_exchanges_use_up_the_volume_and_it_begins_anew_each_period() -> None:
    frame = traffic(["a"] * (3 * EXCHANGES_A_DAY), hours=24.0 / EXCHANGES_A_DAY)
    held = holdings(frame, [partner(accounts=("a",), volume=4, period=Period.DAY)])
    for day in range(3):
        today = held.outside[day * EXCHANGES_A_DAY : (day + 1) * EXCHANGES_A_DAY]
        assert today.tolist() == [Outside.NOT] * 4 + [Outside.VOLUME] * (EXCHANGES_A_DAY - 4)


def test_where_two_claim_an_exchange_the_one_that_permits_it_counts() -> None:
    frame = traffic(["a", "a"], hours=24.0)
    first, second = partner(accounts=("a",), until_us=us(1)), partner(accounts=("a",))
    assert holdings(frame, [first, second]).of.tolist() == [0, 1]
    assert holdings(frame, [second, first]).of.tolist() == [0, 0]


def test_a_holder_counts_as_known_for_thirty_days_after_its_end() -> None:
    frame = traffic(["a"] * 40, hours=24.0)
    held = holdings(frame, [partner(accounts=("a",), until_us=us(5))])
    assert held.known.tolist() == [True] * 35 + [False] * 5
    assert held.within.tolist() == [True] * 5 + [False] * 35


@pytest.mark.parametrize(
    ("model", "permitted"), [("m-1", True), ("m-large", True), ("n", True), ("M-1", False), ("x-m-1", False)]
)
def test_models_are_named_as_files_are(model: str, permitted: bool) -> None:
    assert permits(partner(models=("m-*", "n")), model) is permitted


@given(st.lists(st.integers(0, 4_000 * 86_400), max_size=60), st.sampled_from(list(Period)))
def test_a_place_in_its_period_is_the_number_of_earlier_times_of_the_same_day_week_or_month(
    seconds: list[int], period: Period
) -> None:
    moments = sorted(datetime.datetime.fromtimestamp(s, datetime.UTC) for s in seconds)

    def name(moment: datetime.datetime) -> tuple[int, ...]:
        if period is Period.DAY:
            return moment.date().timetuple()[:3]
        return moment.isocalendar()[:2] if period is Period.WEEK else (moment.year, moment.month)

    ts = np.array([int(m.timestamp()) * 1_000_000 for m in moments], dtype=np.int64)
    names = [name(m) for m in moments]
    assert place_in_period(ts, period).tolist() == [names[:k].count(names[k]) for k in range(len(names))]
    assert len(set(period_of(ts, period).tolist())) == len(set(names))
