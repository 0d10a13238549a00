"""A lab as large as the console has to bear: ten thousand cases, a hundred thousand accounts, ten million exchanges."""

from __future__ import annotations

import json
import sqlite3
import time
from typing import TYPE_CHECKING, Final

from benchmarks.casework import BATCH, campaign
from stillwatch.casework.cases import CaseStore
from stillwatch.casework.people import Role
from stillwatch.casework.records import open_records
from stillwatch.core.case import CaseDecision
from stillwatch.core.decision import Action, Mode, Scope
from stillwatch.detection.replay.recorded import Record
from stillwatch.enforcement.drafts import Draft
from stillwatch.enforcement.store import DecisionStore
from stillwatch.node.verdicts import VerdictStore

if TYPE_CHECKING:
    from stillwatch.node.folder import Folder

END: Final = "2026-03-04T00:00:00.000Z"
ACCOUNTS_A_CASE: Final = 8
LARGE: Final = 5_000
DECISIONS: Final = 20_000
EXCHANGES: Final = 10_000_000


def fill(folder: Folder, cases: int, accounts: int) -> str:
    """Fill a node's folder.

    Args:
        folder: of a node that does not run.
        cases: how many; the last one has 5,000 accounts.
        accounts: how many a verdict stands on.

    Returns:
        A token of ``analyst-1``.
    """
    folder.make()
    with open_records(folder.cases, folder.path / "ledger.key") as records:
        records.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
        records.people.add("analyst-1", [Role.ANALYST], by="administrator-1")
        store = CaseStore(records.database, records.ledger, records.people)
        for begin in range(0, cases - 1, BATCH):
            some = range(begin, min(begin + BATCH, cases - 1))
            store.open_from(Record(tuple(campaign(k, ACCOUNTS_A_CASE, 1 + k % 200) for k in some), b"", END))
        large = store.open_from(Record((campaign(cases, LARGE, 5_000),), b"", END))[0]
        claimed = store.claim(large.case_id, "analyst-1", large.version)
        for number in range(0, cases // 10, 10):
            case = store.get(f"case-{number + 1}")
            case = store.claim(case.case_id, "analyst-1", case.version)
            decision = (CaseDecision.CONFIRMED, CaseDecision.INNOCENT, CaseDecision.UNDECIDED)[
                number // 10 % 3
            ]
            store.decide(case.case_id, decision, "analyst-1", case.version, reason="one pool of tasks")
        assert claimed.accounts == LARGE
        token = records.people.make_token("analyst-1", by="administrator-1")
    _verdicts(folder, accounts)
    _decisions(folder)
    return token


def _verdicts(folder: Folder, accounts: int) -> None:
    """Rows as the worker writes them, put in at once."""
    VerdictStore(folder.verdicts, writer=True).close()
    reasons = json.dumps([{"detector": "coverage", "decibans": 8.0, "sentence": "asks from one pool"}])
    now = time.time()
    with sqlite3.connect(folder.verdicts) as connection:
        connection.executemany(
            "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    f"acct-{k // ACCOUNTS_A_CASE:06d}-{k % ACCOUNTS_A_CASE:06d}",
                    ("attack", "watch", "clear", "clear")[k % 4], 0.99, f"cmp-{k // ACCOUNTS_A_CASE:06d}",
                    None, reasons, 100, 80, 1, now, None,
                )
                for k in range(accounts)
            ),
        )  # fmt: skip
        about = {
            "judged_from": "2026-03-02T00:00:00Z", "judged_until": END, "exchanges": EXCHANGES, "accounts": accounts,
            "history": 1_000_000, "whole_store": False, "seconds": 31.0, "at": now, "taken_until": now, "look": 1,
            "window_s": 172_800.0,
        }  # fmt: skip
        connection.execute("INSERT INTO looks VALUES (1, ?)", (json.dumps(about),))


def _decisions(folder: Folder) -> None:
    with DecisionStore(folder.decisions) as store:
        modes = (Mode.ENFORCE, Mode.SHADOW)
        drafts = [
            Draft(
                Scope.ACCOUNT, f"acct-{k // ACCOUNTS_A_CASE:06d}-{k % ACCOUNTS_A_CASE:06d}", Action.BLOCK,
                "one pool of tasks", "analyst-1", 7 * 86_400.0, modes[k % 2],
            )
            for k in range(DECISIONS)
        ]  # fmt: skip
        for begin in range(0, DECISIONS, BATCH):
            store.add_all(drafts[begin : begin + BATCH])
