"""One transaction on cases: rows, history and ledger together, each change only on the version that was seen."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Table, insert, text, update

from stillwatch.casework.cases.conflicts import stale
from stillwatch.casework.cases.rows import case_at, case_named, case_of
from stillwatch.casework.tables import cases as tables
from stillwatch.casework.times import written
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from stillwatch.clock import Clock
    from stillwatch.core.case import Case, StepKind
    from stillwatch.storage.ledger import Ledger
    from stillwatch.storage.sql import SqlDatabase

DETECTION: Final = "detection"
"""Who acts where no person does."""
_LOCK: Final = 0x5357_4341
"""PostgreSQL's number for "somebody opens cases"."""


class Writing:
    """A transaction that changes cases; entries wait for its end, because others wait for the ledger.

    Attributes:
        connection: of the transaction.
        now: the moment of all that is done in it.
    """

    def __init__(self, connection: Connection, now: datetime.datetime) -> None:
        self.connection = connection
        self.now = now
        self.entries: list[Entry] = []

    @property
    def ts(self) -> str:
        """The moment (RFC 3339)."""
        return written(self.now)

    def alone(self) -> None:
        """Wait until nobody else opens cases; a file has one writer anyway."""
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})

    def case(self, case_id: str) -> Case:
        """A case as it stands.

        Raises:
            StillwatchError: SW-CASE-01, there is no such case.
        """
        return case_named(self.connection, case_id)

    def change(
        self,
        case: Case,
        version: int,
        kind: StepKind,
        by: str,
        words: str,
        details: dict[str, Any] | None = None,
        **values: Any,
    ) -> Case:
        """Change a case if it is still at the version that was seen.

        Args:
            case: as it was read in this transaction.
            version: as it was seen when the change was thought of.
            kind: what is done.
            by: who does it.
            words: for the history.
            details: for the ledger, besides the version.
            values: columns.

        Raises:
            ConflictError: SW-CASE-02, it has another version now.
        """
        number = number_of_case(case)
        ts = max(self.ts, case.changed_ts)  # a clock that was set back must not put steps out of order
        table = tables.cases
        changed = self.connection.execute(
            update(table)
            .where(table.c.number == number, table.c.version == version)
            .values(version=version + 1, changed_ts=ts, **values)
            .returning(table)
        ).first()
        if changed is None:
            raise stale(case_at(self.connection, number), version)
        self.step(number, ts, by, kind, words, version + 1)
        self.enter(kind, case.case_id, by, ts, (details or {}) | {"version": version + 1})
        return case_of(changed)

    def step(self, number: int, ts: str, by: str, kind: StepKind, words: str, version: int) -> int:
        """Add to a case's history; returns the step's id."""
        row = {"number": number, "ts": ts, "by": by, "kind": kind.value, "text": words, "version": version}
        return added(self.connection, tables.steps, row)

    def enter(self, kind: StepKind | str, case_id: str, by: str, ts: str, details: dict[str, Any]) -> None:
        """What the ledger is to say at the end."""
        self.entries.append(Entry(f"case-{kind}", case_id, by, ts, details))


@contextlib.contextmanager
def writing(database: SqlDatabase, ledger: Ledger, clock: Clock) -> Iterator[Writing]:
    """One transaction; nothing of it remains where the block raises."""
    with database.write() as connection:
        here = Writing(connection, clock())
        yield here
        if here.entries:
            ledger.append(connection, here.entries)


def added(connection: Connection, table: Table, row: dict[str, Any]) -> int:
    """Add a row; returns the number that the database gave it."""
    key = connection.execute(insert(table), row).inserted_primary_key
    assert key is not None
    return int(key[0])


def number_of_case(case: Case) -> int:
    """The number of a case that exists."""
    return int(case.case_id.rpartition("-")[2])
