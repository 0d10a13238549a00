"""A register with one person of each role, and a clock that tests can set."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from stillwatch.casework.people import Role
from stillwatch.casework.records import Records, open_records


class Clock:
    """Now, moved as far as a test says."""

    def __init__(self) -> None:
        self.ahead = datetime.timedelta()

    def __call__(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty register and one of a staff, copied by whoever needs one."""
    folder = tmp_path_factory.mktemp("made")
    with open_records(folder / "empty.sqlite", None):
        pass
    with open_records(folder / "staff.sqlite", folder / "ledger.key") as records:
        records.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
        for role in Role:
            if role is not Role.ADMINISTRATOR:
                records.people.add(f"{role}-1", [role], by="administrator-1")
        records.people.add("reviewer-2", [Role.REVIEWER, Role.COUNSEL], by="administrator-1")
    return folder


@pytest.fixture
def empty(made_once: Path, tmp_path: Path, clock: Clock) -> Iterator[Records]:
    shutil.copy(made_once / "empty.sqlite", tmp_path / "cases.sqlite")
    with open_records(tmp_path / "cases.sqlite", tmp_path / "ledger.key", now=clock) as records:
        yield records


@pytest.fixture
def records(made_once: Path, tmp_path: Path, clock: Clock) -> Iterator[Records]:
    shutil.copy(made_once / "staff.sqlite", tmp_path / "cases.sqlite")
    shutil.copy(made_once / "ledger.key", tmp_path / "ledger.key")
    with open_records(tmp_path / "cases.sqlite", tmp_path / "ledger.key", now=clock) as records:
        yield records
