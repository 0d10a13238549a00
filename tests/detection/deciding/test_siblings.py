"""What was called speaks about crews beside it, member by member."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.detection.crews_made import crew

from stillwatch.detection.candidates.snapshots import Snapshot
from stillwatch.detection.deciding.siblings import (
    FROM,
    FULL,
    LEAST_MET,
    LEAST_WITHIN,
    SAYS,
    WITHIN_SAYS,
    Waiting,
    beside_called,
    called_within,
)


def found(waiting: list[Waiting], called: set[int], enough: float = 4.0) -> list[Any]:
    """What is called, each taken before the next is asked for."""
    out = []
    for each in beside_called(waiting, called, enough, 5):
        called.update(each.accounts.tolist())
        out.append(each)
    return out


def waits(snapshot: Snapshot, total: float = 0.0, *, told: bool = True) -> Waiting:
    return Waiting(snapshot, total, snapshot.members, told)


def test_a_crew_that_stands_among_called_accounts_is_called_with_the_reason() -> None:
    beside = crew(1, range(20, 40), {n: [n - 20, (n - 19) % 20] for n in range(20, 40)})
    (one,) = found([waits(beside)], set(range(20)))
    assert one.reason.detector == "called_beside"
    assert one.reason.decibans == SAYS
    assert one.accounts.tolist() == list(range(20, 40))


def test_it_is_called_only_if_that_suffices() -> None:
    beside = crew(1, range(20, 40), {n: [n - 20, (n - 19) % 20] for n in range(20, 40)})
    assert not found([waits(beside, 4.0 - SAYS - 0.1)], set(range(20)))
    assert found([waits(beside, 4.0 - SAYS)], set(range(20)))


def test_one_called_crew_speaks_about_the_next() -> None:
    first = crew(1, range(20, 40), {n: [n - 20, (n - 19) % 20] for n in range(20, 40)})
    second = crew(2, range(40, 60), {n: [n - 20, 20 + (n - 19) % 20] for n in range(40, 60)})
    assert [each.crew.track for each in found([waits(second), waits(first)], set(range(20)))] == [1, 2]
    assert not found([waits(second)], set(range(20)))


def test_who_stands_among_honest_accounts_is_not_called_with_the_others() -> None:
    hired = {n: [n - 20, (n - 19) % 20] for n in range(20, 35)}
    honest = {n: [*(k for k in range(35, 40) if k != n), *range(100, 106)] for n in range(35, 40)}
    (one,) = found([waits(crew(1, range(20, 40), hired | honest))], set(range(20)))
    assert one.accounts.tolist() == list(range(20, 35))


def test_who_has_nobody_near_but_the_crew_goes_with_it() -> None:
    beside = {n: [n - 20, (n - 19) % 20] for n in range(20, 38)}
    (one,) = found([waits(crew(1, range(20, 40), beside))], set(range(20)))
    assert one.accounts.tolist() == list(range(20, 40))


@pytest.mark.parametrize("share", [FROM, (FROM + FULL) / 2])
def test_the_more_of_those_beside_it_were_called_the_more_it_says(share: float) -> None:
    among = round(share * 20)
    beside = {n: [n - 20 if n - 20 < among else 100 + n] for n in range(20, 40)}
    gained = found([waits(crew(1, range(20, 40), beside), 0.0)], set(range(20)), enough=0.1)
    expected = SAYS * (among / 20 - FROM) / (FULL - FROM)
    assert [each.reason.decibans for each in gained] == (
        [pytest.approx(expected, abs=0.1)] if expected > 0.05 else []
    )


def test_a_few_called_accounts_say_nothing_however_near() -> None:
    few = {n: [n % (LEAST_MET - 1)] for n in range(20, 40)}
    assert not found([waits(crew(1, range(20, 40), few))], set(range(20)))


def test_a_crew_that_nobody_stands_beside_is_told_nothing() -> None:
    assert not found([waits(crew(1, range(20, 40), {}))], set(range(20)))


def test_only_members_that_may_be_called_are() -> None:
    beside = crew(1, range(20, 40), {n: [n - 20, (n - 19) % 20] for n in range(20, 40)})
    (one,) = found([Waiting(beside, 0.0, np.arange(20, 30, dtype=np.int32), told=True)], set(range(20)))
    assert one.accounts.tolist() == list(range(20, 30))
    assert not found([Waiting(beside, 0.0, np.arange(20, 24, dtype=np.int32), told=True)], set(range(20)))


def test_of_a_crew_that_looks_honest_by_itself_more_is_asked_of_each_member() -> None:
    hired = {n: [(n + k) % 20 for k in range(6)] for n in range(20, 32)}
    between = {n: [n - 20, 150 + n, *(k for k in range(32, 40) if k != n)] for n in range(32, 40)}
    beside = crew(1, range(20, 40), hired | between)
    (sure,) = found([waits(beside, 0.0)], set(range(20)))
    (unsure,) = found([waits(beside, -1.0)], set(range(20)))
    assert sure.accounts.tolist() == list(range(20, 40))
    assert unsure.accounts.tolist() == list(range(20, 32))


def test_without_earlier_traffic_a_crew_that_looks_honest_by_itself_is_not_called_for_others() -> None:
    hired = {n: [(n + k) % 20 for k in range(6)] for n in range(20, 32)}
    beside = crew(1, range(20, 32), hired)
    assert len(found([waits(beside, 0.0, told=False)], set(range(20)))) == 1
    assert found([waits(beside, -0.1, told=False)], set(range(20))) == []
    assert len(found([waits(beside, -0.1)], set(range(20)))) == 1


@pytest.mark.parametrize(
    ("called", "size", "says"),
    [(7, 20, WITHIN_SAYS), (20, 20, WITHIN_SAYS), (9, 40, 2.0), (2, 20, 0.0), (LEAST_WITHIN, 8, WITHIN_SAYS)],
)
def test_members_that_were_called_for_another_candidate_speak(called: int, size: int, says: float) -> None:
    found = called_within(crew(1, range(size), {}), dict.fromkeys(range(called), 2))
    assert sum(reason.decibans for reason in found) == says
    assert [reason.detector for reason in found] == ["called_within"] * bool(says)


def test_a_candidates_own_alarm_says_nothing_of_its_other_members() -> None:
    assert called_within(crew(1, range(20), {}), dict.fromkeys(range(10), 1)) == ()
    assert called_within(crew(1, range(20), {}), {**dict.fromkeys(range(10), 1), 11: 2, 12: 2}) == ()
