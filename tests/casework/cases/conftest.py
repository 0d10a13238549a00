"""Cases in a fresh database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stillwatch.casework.cases import CaseStore
from stillwatch.casework.tables import CASEWORK
from stillwatch.storage.ledger import Ledger
from stillwatch.storage.sql import SqlDatabase


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    with SqlDatabase(tmp_path / "cases.sqlite", CASEWORK) as database:
        database.upgrade()
        yield CaseStore(database, Ledger(database))
