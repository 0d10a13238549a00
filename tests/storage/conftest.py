"""What tests of storage share: a small family of tables, and a ledger in it."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stillwatch.casework.tables import CASEWORK
from stillwatch.storage.ledger import Entry, Ledger, Signer
from stillwatch.storage.sql import SqlDatabase

START = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)


class Clock:
    """A clock that goes a second at each look, and can be set."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime.datetime:
        self.moment += datetime.timedelta(seconds=1)
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows, copied by whoever needs one."""
    path = tmp_path_factory.mktemp("made") / "cases.sqlite"
    with SqlDatabase(path, CASEWORK) as made:
        made.upgrade()
    return path


@pytest.fixture
def database(made_once: Path, tmp_path: Path) -> Iterator[SqlDatabase]:
    shutil.copy(made_once, tmp_path / "cases.sqlite")
    with SqlDatabase(tmp_path / "cases.sqlite", CASEWORK) as made:
        yield made


@pytest.fixture
def ledger(database: SqlDatabase, clock: Clock, tmp_path: Path) -> Ledger:
    return Ledger(database, Signer(tmp_path / "ledger.key"), now=clock)


@pytest.fixture
def write(ledger: Ledger, clock: Clock) -> Callable[..., range]:
    """Appends so many entries, about one case after the other."""

    def append(count: int = 1, **changes: object) -> range:
        entries = [
            Entry(
                **{
                    "kind": "case-noted",
                    "subject": f"case-{number}",
                    "by": "analyst-1",
                    "ts": clock().isoformat(),
                    "details": {"note": f"{number}"},
                }
                | changes
            )
            for number in range(count)
        ]
        with ledger.database.write() as connection:
            return ledger.append(connection, entries)

    return append
