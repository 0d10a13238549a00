from __future__ import annotations

import datetime

import numpy as np
import pytest
from tests.detection.worlds import BEGIN_US, DAY_US, planted

from stillwatch.detection.weighing.site_facts import site_facts

ROWS = [(f"acct-{k}", []) for k in range(6)] * 2


def test_each_checkpoint_knows_only_what_came_before_it() -> None:
    opened = [BEGIN_US - (1 + k // 2) * DAY_US for k in range(6)] * 2
    table = site_facts(planted(ROWS, created=opened), np.array([5, 12])).to_pylist()
    assert [row["checkpoint"] for row in table] == [0, 1]
    assert [row["volume"] for row in table] == pytest.approx([0.0, np.log(2)])
    # five accounts opened on days 1, 1, 2, 2, 3: two of ten pairs on one day; then three of fifteen
    assert [row["same_day"] for row in table] == pytest.approx([0.2, 0.2])
    assert table[1]["age_spread"] == pytest.approx(np.log([2, 2, 3, 3, 4, 4]).std(), abs=0.01)


def test_a_log_that_does_not_say_when_accounts_were_opened_has_no_ages() -> None:
    table = site_facts(planted(ROWS), np.array([12])).to_pylist()
    usual = {"checkpoint": 0, "volume": pytest.approx(np.log(2)), "age_spread": None, "same_day": None}
    assert table == [{**usual, "earlier_from": None}]


def test_earlier_traffic_begins_with_its_first_exchange() -> None:
    earlier = planted(ROWS)
    (row,) = site_facts(planted(ROWS, history=earlier), np.array([12])).to_pylist()
    assert row["earlier_from"] == datetime.datetime(1970, 1, 1) + datetime.timedelta(
        microseconds=int(earlier.ts[0])
    )
