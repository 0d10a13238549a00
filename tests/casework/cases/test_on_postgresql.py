"""The same cases on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.casework import judged
from tests.casework.campaigns import campaign, names, run

from stillwatch.casework.cases import CaseFilter, CaseStore, ConflictError
from stillwatch.casework.tables import CASEWORK
from stillwatch.core.case import CaseDecision, CaseState
from stillwatch.storage.ledger import Ledger
from stillwatch.storage.sql import SqlDatabase


@pytest.fixture
def store(postgresql_url: str) -> Iterator[CaseStore]:
    with SqlDatabase(postgresql_url, CASEWORK) as database:
        database.upgrade()
        yield CaseStore(database, Ledger(database))


def test_cases_open_split_merge_and_are_decided(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 40), pivots=[("payment", "aa")])))
    store.open_from(run(campaign("cmp-a", names(1, 25)), campaign("cmp-b", names(26, 40))))
    assert [case.accounts for case in store.list()] == [25, 15]
    store.open_from(run(campaign("cmp-a", names(1, 41))))
    case = store.get("case-1")
    assert (case.accounts, store.get("case-2").state) == (41, CaseState.MERGED)
    version = store.claim("case-1", "analyst-1", case.version).version
    store.decide("case-1", CaseDecision.CONFIRMED, "analyst-1", version, reason="seen", spare=names(3, 3))
    assert store.count(CaseFilter(states=(CaseState.DECIDED,))) == 1
    assert store.list(CaseFilter(account="acct-00007"))[0].spared == ("acct-00003",)
    assert store.related("case-1")[0].case_id == "case-2"


def test_a_case_is_judged_again(store: CaseStore) -> None:
    store.open_from(judged.run())
    assert store.replay("case-1", "auditor-1").same


def test_at_once_no_case_is_opened_twice_and_no_update_is_lost(store: CaseStore) -> None:
    def work(number: int) -> int:
        store.open_from(run(campaign("cmp-a", names(1, 20)), campaign("cmp-b", names(31, 50))))
        conflicts = 0
        for place in range(4):
            while True:
                seen = store.get("case-1").version
                try:
                    store.note("case-1", f"{number}/{place}", f"analyst-{number}", seen)
                except ConflictError:
                    conflicts += 1
                else:
                    break
        return conflicts

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert store.count() == 2
    texts = sorted(step.text for step in store.steps("case-1")[1:])
    assert texts == sorted(f"{number}/{place}" for number in range(6) for place in range(4))
    assert store.get("case-1").version == 25
