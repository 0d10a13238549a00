from __future__ import annotations

import numpy as np
from tests.detection.worlds import BEGIN_US, DAY_US, planted

from stillwatch.detection.candidates.origins import Origins

EVERYBODY = np.arange(20, dtype=np.int32)
NOW = BEGIN_US + 10 * DAY_US


def origins(days: list[float], new: list[bool] | None = None) -> Origins:
    created = np.array([0 if np.isnan(d) else NOW - round(d * DAY_US) for d in days], dtype=np.int64)
    return Origins(created, np.array([False] * len(days) if new is None else new))


def test_an_old_account_among_a_batch_is_none_of_it() -> None:
    batch = origins([5.0 + k / 10 for k in range(19)] + [200.0])
    assert batch.alike(EVERYBODY, NOW).tolist() == list(range(19))


def test_a_fresh_account_among_old_ones_of_one_age_is_none_of_them() -> None:
    assert origins([200.0 + k for k in range(19)] + [3.0]).alike(EVERYBODY, NOW).tolist() == list(range(19))


def test_accounts_of_every_age_are_all_of_one_past() -> None:
    staggered = origins([10.0 * 1.3**k for k in range(20)])
    assert staggered.alike(EVERYBODY, NOW).size == 20


def test_two_batches_are_no_batch_and_a_stranger() -> None:
    assert origins([5.0] * 14 + [300.0] * 6).alike(EVERYBODY, NOW).size == 20


def test_a_batch_that_was_new_to_the_site_takes_in_nobody_whom_it_knew() -> None:
    ages = [float("nan")] * 20
    mixed = origins(ages, [True] * 11 + [False] * 9)
    assert mixed.alike(EVERYBODY, NOW).size == 20
    assert mixed.alike(EVERYBODY, NOW, EVERYBODY[:8]).tolist() == list(range(11))
    assert mixed.alike(EVERYBODY, NOW, EVERYBODY[5:15]).size == 20
    assert mixed.alike(EVERYBODY[11:14], NOW, EVERYBODY[:8]).size == 0


def test_whoever_the_site_knew_is_none_of_those_it_did_not() -> None:
    ages = [float("nan")] * 20
    assert origins(ages, [True] * 17 + [False] * 3).alike(EVERYBODY, NOW).tolist() == list(range(17))
    assert origins(ages, [True] * 15 + [False] * 5).alike(EVERYBODY, NOW).size == 20
    assert origins(ages).alike(EVERYBODY, NOW).size == 20


def test_an_unknown_age_is_nobodys_fault() -> None:
    assert origins([5.0] * 10 + [float("nan")] * 10).alike(EVERYBODY, NOW).size == 20


def test_each_account_counts_as_its_first_exchange_says() -> None:
    frame = planted([(f"acct-{k % 3}", []) for k in range(9)])
    found = Origins.of(frame)
    assert found.newcomer.size == found.created.size == 3
    assert np.array_equal(found.newcomer, frame.newcomer[:3])
