"""Casework under load: fifty analysts on ten thousand cases, a campaign of 100,000 accounts, the ledger in batches.

The analysts are threads of one process on one SQLite file, as a node serves them. Each lists what waits, takes a case
near the top, notes something and decides it, and thinks for about a second before each of these, as nobody does who
reads. Afterwards every decision that was acknowledged has to stand in the cases, in their histories and in the ledger.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.casework_ledger import ledger_figures
from stillwatch.casework.cases import CaseFilter, CaseStore, ConflictError
from stillwatch.casework.cases.filters import WAITING
from stillwatch.casework.tables import CASEWORK
from stillwatch.core.case import CaseDecision, CaseState, StepKind
from stillwatch.core.verdict import Call, Reason
from stillwatch.detection.replay.recorded import AccountRecord, CampaignRecord, Record
from stillwatch.storage.ledger import Ledger, Signer
from stillwatch.storage.sql import SqlDatabase

DESCRIPTION = (
    "50 analysts on 10,000 cases in SQLite, opening a campaign of 100,000 accounts, a ledger of a million entries, "
    "a backup"
)

TARGETS = (
    ("list_p95_ms", "list of 10,000 cases, 50 analysts, p95", "<=", 100, "ms"),
    ("decide_p95_ms", "decide, 50 analysts, p95", "<=", 150, "ms"),
    ("lost_updates", "decisions lost", "<=", 0),
    ("open_100k_s", "a campaign of 100,000 accounts opened", "<=", 5, "s"),
    ("ledger_appends_per_s", "ledger, batched", ">=", 20_000, "entries/s"),
    ("ledger_verify_s", "ledger of a million entries verified", "<=", 30, "s"),
)

ANALYSTS: Final = 50
PROCESSES: Final = 1  # as many as serve; tests have several
CASES: Final = 10_000
ACCOUNTS_A_CASE: Final = 8
SECONDS: Final = 30.0
THINK_SECONDS: Final = 1.0
LARGE: Final = 100_000
BATCH: Final = 1_000
PAGE: Final = 50
_BEGIN: Final = "2026-03-02T00:00:00.000Z"
_END: Final = "2026-03-04T00:00:00.000Z"


def run(small: bool) -> dict[str, Any]:
    """Measure all of it in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        return _fsync(place) | _large(place, LARGE) | ledger_figures(small) | _analysts(place, small)


def campaign(number: int, accounts: int, hourly: int) -> CampaignRecord:
    """A campaign whose accounts nobody else has."""
    return CampaignRecord(
        campaign_id=f"cmp-{number:06d}",
        verdict=Call.ATTACK,
        score=0.99,
        exchanges=48 * hourly,
        leaked=10 * hourly,
        first_ts=_BEGIN,
        last_ts=_END,
        first_alarm_ts=_BEGIN,
        reasons=(
            Reason("coverage", 8.0, "its accounts ask the same kind of thing and hardly ever the same"),
        ),
        innocent_explanation="A new app whose customers bring their own keys.",
        missing=(),
        links=(),
        start=_BEGIN,
        step_seconds=3600,
        counts=(hourly,) * 48,
        accounts=tuple(
            AccountRecord(f"acct-{number:06d}-{k:06d}", k, Call.ATTACK, 0.99, 100, 80, _BEGIN)
            for k in range(accounts)
        ),
    )


def _fsync(place: Path) -> dict[str, float]:
    """What the disk takes for one small write, to read the others by."""
    took = []
    with (place / "fsync").open("wb") as file:
        for _ in range(100):
            begin = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - begin)
    return {"fsync_p95_ms": _p95_ms(took)}


def _large(place: Path, accounts: int) -> dict[str, float]:
    """Seconds to open a case of very many accounts, and to see it again with some more."""
    with SqlDatabase(place / "large.sqlite", CASEWORK) as database:
        database.upgrade()
        store = CaseStore(database, Ledger(database, Signer(place / "large.key")))
        took = []
        for size in (accounts, accounts + accounts // 100):
            found = Record((campaign(1, size, 50_000),), b"", _END)
            begin = time.perf_counter()
            store.open_from(found)
            took.append(time.perf_counter() - begin)
        assert (store.count(), store.get("case-1").accounts) == (1, accounts + accounts // 100)
    _say(f"a campaign of {accounts:,} accounts opened in {took[0]:.2f} s, and grew in {took[1]:.2f} s")
    return {"open_100k_s": took[0], "grow_100k_s": took[1]}


def _analysts(place: Path, small: bool) -> dict[str, Any]:
    """Fifty at once, and whether anything was lost."""
    file = place / "cases.sqlite"
    with SqlDatabase(file, CASEWORK) as database:
        database.upgrade()
        store = CaseStore(database, Ledger(database, Signer(place / "ledger-of-cases.key")))
        begin = time.perf_counter()
        for some in _batches(CASES, BATCH):
            store.open_from(Record(tuple(campaign(k, ACCOUNTS_A_CASE, 1 + k % 200) for k in some), b"", _END))
        _say(f"{CASES:,} cases of {ACCOUNTS_A_CASE} accounts opened in {time.perf_counter() - begin:.1f} s")
        seconds = SECONDS / 3 if small else SECONDS
        words = [sys.executable, "-m", "benchmarks.casework", str(file), str(seconds)]
        working = [
            subprocess.Popen([*words, str(number)], stdout=subprocess.PIPE, text=True)
            for number in range(PROCESSES)
        ]
        said = [json.loads(each.communicate()[0]) for each in working]
        found = {name: [value for each in said for value in each[name]] for name in said[0]}
        _nothing_lost(store, found["decided"])
    figures = {f"{name}_p95_ms": _p95_ms(found[name]) for name in ("list", "claim", "decide")}
    decided, conflicts = len(found["decided"]), sum(found["conflicts"])
    _say(
        f"{ANALYSTS} analysts for {seconds:g} s: {len(found['list']):,} lists, {decided:,} decisions, "
        f"{conflicts:,} conflicts, nothing lost"
    )
    return figures | {"decisions": decided, "conflicts": conflicts, "lost_updates": 0}


def _nothing_lost(store: CaseStore, decided: list[str]) -> None:
    """Every acknowledged decision stands everywhere, once; stops the benchmark otherwise."""
    states = (CaseState.DECIDED,)
    standing = store.list(CaseFilter(states=states, most=CASES))
    assert sorted(case.case_id for case in standing) == sorted(decided), "decisions and cases differ"
    logged = [e.entry.subject for e in store.ledger.entries() if e.entry.kind == f"case-{StepKind.DECIDED}"]
    assert sorted(logged) == sorted(decided), "decisions and ledger differ"
    for case in standing[:200]:
        steps = store.steps(case.case_id)
        assert [step.version for step in steps] == list(range(1, case.version + 1)), "a step is missing"


def _work(file: str, seconds: float, process: int) -> dict[str, list[Any]]:
    """The analysts of one process."""
    with SqlDatabase(file, CASEWORK) as database:
        store = CaseStore(database, Ledger(database, Signer(Path(file).with_name("ledger-of-cases.key"))))
        until = time.monotonic() + seconds
        each = ANALYSTS // PROCESSES
        with ThreadPoolExecutor(each) as pool:
            done = list(pool.map(lambda k: _analyst(store, process * each + k, until), range(each)))
    return {name: [value for one in done for value in one[name]] for name in done[0]}


def _analyst(store: CaseStore, number: int, until: float) -> dict[str, list[Any]]:
    """One analyst's day."""
    chance, by = random.Random(number), f"analyst-{number}"
    found: dict[str, list[Any]] = {"list": [], "claim": [], "decide": [], "decided": [], "conflicts": []}

    def think() -> None:
        time.sleep(chance.expovariate(1.0 / THINK_SECONDS))

    while time.monotonic() < until:
        think()
        with _timed(found["list"]):
            waiting = store.list(CaseFilter(states=WAITING, owner="", most=PAGE))
        case = chance.choice(waiting)
        try:
            think()
            with _timed(found["claim"]):
                case = store.claim(case.case_id, by, case.version)
            think()
            case = store.note(case.case_id, "Their prompts are numbered.", by, case.version)
            think()
            with _timed(found["decide"]):
                store.decide(
                    case.case_id, CaseDecision.CONFIRMED, by, case.version, reason="One pool of prompts."
                )
            found["decided"].append(case.case_id)
        except ConflictError:
            found["conflicts"].append(1)
    return found


class _timed:  # noqa: N801 (reads as a statement)
    """Appends the seconds that a block took."""

    def __init__(self, into: list[float]) -> None:
        self._into = into

    def __enter__(self) -> None:
        self._begin = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._into.append(time.perf_counter() - self._begin)


def _batches(total: int, size: int) -> Iterator[range]:
    for begin in range(0, total, size):
        yield range(begin, min(begin + size, total))


def _p95_ms(seconds: list[float]) -> float:
    return round(float(np.quantile(seconds, 0.95)) * 1000, 2)


def _say(words: str) -> None:
    print(words, file=sys.stderr)


if __name__ == "__main__":
    print(json.dumps(_work(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))))
