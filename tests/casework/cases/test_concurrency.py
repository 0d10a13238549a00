"""Many at once: no update is lost, no case is had twice, none is opened twice."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.casework.campaigns import campaign, names, run

from stillwatch.casework.cases import CaseStore, ConflictError
from stillwatch.casework.tables import CASEWORK
from stillwatch.core.case import CaseState
from stillwatch.storage.ledger import Ledger
from stillwatch.storage.sql import SqlDatabase

ROOT = Path(__file__).parents[3]


def persistent_note(store: CaseStore, text: str, by: str) -> int:
    """Note on the version that was seen, looking again after each conflict; returns the conflicts."""
    conflicts = 0
    while True:
        seen = store.get("case-1").version
        try:
            store.note("case-1", text, by, seen)
        except ConflictError:
            conflicts += 1
        else:
            return conflicts


def test_no_thread_loses_an_update(store: CaseStore) -> None:
    store.open_from(run(campaign("cmp-a", names(1, 20))))
    with ThreadPoolExecutor(12) as pool:
        texts = [f"note {number}" for number in range(36)]
        conflicts = list(pool.map(lambda text: persistent_note(store, text, "analyst-1"), texts))
    assert store.get("case-1").version == 37
    assert sorted(step.text for step in store.steps("case-1")[1:]) == sorted(texts)
    assert [step.version for step in store.steps("case-1")] == list(range(1, 38))
    assert sum(conflicts) > 0  # they did stand in each other's way
    assert len([1 for each in store.ledger.entries() if each.entry.kind == "case-noted"]) == 36


def test_of_many_who_claim_one_case_one_gets_it(store: CaseStore) -> None:
    store.open_from(run(*(campaign(f"cmp-{k}", names(100 * k, 100 * k + 9)) for k in range(1, 11))))

    def claimed(analyst: int) -> list[str]:
        got = []
        for case in store.list():
            try:
                store.claim(case.case_id, f"analyst-{analyst}", case.version)
            except ConflictError:
                continue
            got.append(case.case_id)
        return got

    with ThreadPoolExecutor(8) as pool:
        all_got = [case_id for got in pool.map(claimed, range(8)) for case_id in got]
    assert sorted(all_got) == sorted(case.case_id for case in store.list())
    assert {case.state for case in store.list()} == {CaseState.CLAIMED}


PROGRAM = """
import sys
from stillwatch.casework.cases import CaseStore, ConflictError
from stillwatch.casework.tables import CASEWORK
from stillwatch.storage.ledger import Ledger
from stillwatch.storage.sql import SqlDatabase
from tests.casework.campaigns import campaign, names, run

with SqlDatabase(sys.argv[1], CASEWORK) as database:
    store = CaseStore(database, Ledger(database))
    print(len(store.open_from(run(campaign("cmp-a", names(1, 20)), campaign("cmp-b", names(31, 50))))))
    done = 0
    while done < 8:
        seen = store.get("case-1").version
        try:
            store.note("case-1", f"{sys.argv[2]}/{done}", sys.argv[2], seen)
        except ConflictError:
            continue
        done += 1
"""


def test_processes_open_a_case_once_and_lose_no_update(tmp_path: Path) -> None:
    place = tmp_path / "cases.sqlite"
    with SqlDatabase(place, CASEWORK) as database:
        database.upgrade()
        running = [
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(place), f"analyst-{number}"],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(3)
        ]
        opened = [int(each.communicate(timeout=60)[0]) for each in running]
        assert [each.returncode for each in running] == [0] * 3
        assert sorted(opened) == [0, 0, 2]
        store = CaseStore(database, Ledger(database))
        assert store.count() == 2
        texts = [step.text for step in store.steps("case-1")[1:]]
        assert sorted(texts) == sorted(f"analyst-{number}/{k}" for number in range(3) for k in range(8))
        assert store.get("case-1").version == 25
