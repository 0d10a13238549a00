"""A register with one person of each role, and a clock that tests can set."""

from __future__ import annotations

import datetime
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


@pytest.fixture
def empty(tmp_path: Path, clock: Clock) -> Iterator[Records]:
    with open_records(tmp_path / "cases.sqlite", tmp_path / "ledger.key", now=clock) as records:
        yield records


@pytest.fixture
def records(empty: Records) -> Records:
    empty.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
    for role in Role:
        if role is not Role.ADMINISTRATOR:
            empty.people.add(f"{role}-1", [role], by="administrator-1")
    empty.people.add("reviewer-2", [Role.REVIEWER, Role.COUNSEL], by="administrator-1")
    return empty
