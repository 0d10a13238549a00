"""The people of casework as they are looked up: by name, all of them, and what is said when there is nobody."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from stillwatch import clock
from stillwatch.casework.people.roles import Person, Role
from stillwatch.casework.tables import people as tables
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry, Ledger

if TYPE_CHECKING:
    from stillwatch.storage.sql import SqlDatabase


class Register:
    """Who is there.

    Args:
        database: of the family ``casework``.
        ledger: what happens to people is entered there.
        now: the clock.
    """

    def __init__(self, database: SqlDatabase, ledger: Ledger, *, now: clock.Clock = clock.now) -> None:
        self.database = database
        self.ledger = ledger
        self._now = now

    def list(self) -> tuple[Person, ...]:
        """Everybody who is active, by name."""
        query = select(tables.people).where(tables.people.c.active).order_by(tables.people.c.name)
        with self.database.read() as connection:
            return tuple(person_of(row) for row in connection.execute(query))

    def get(self, name: str, connection: Connection | None = None) -> Person:
        """One person.

        Args:
            name: as it stands in the register.
            connection: of a transaction that is open already.

        Raises:
            StillwatchError: SW-PPL-02, nobody of that name is active; the nearest is named.
        """
        if connection is None:
            with self.database.read() as reading:
                return self.get(name, reading)
        query = select(tables.people).where(tables.people.c.name == name, tables.people.c.active)
        row = connection.execute(query).first()
        if row is None:
            raise self._unknown(connection, name)
        return person_of(row)

    def _enter(
        self, connection: Connection, kind: str, subject: str, by: str, details: Mapping[str, object]
    ) -> None:
        self.ledger.append(connection, [Entry(kind, subject, by, self._stamp(), details)])

    def _unknown(self, connection: Connection, name: str) -> StillwatchError:
        names = [
            row[0] for row in connection.execute(select(tables.people.c.name).where(tables.people.c.active))
        ]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else "add them: stillwatch people add NAME --role ROLE"
        return StillwatchError(f"there is nobody called {name}", code="SW-PPL-02", hint=hint)

    def present(self, connection: Connection) -> datetime.datetime:
        """Now, and never earlier than the ledger's last entry: a clock that is set back revives nothing that ended."""
        known = self.ledger.last_ts(connection)
        return max(self._now(), datetime.datetime.fromisoformat(known)) if known else self._now()

    def _stamp(self) -> str:
        return iso(self._now())


def person_of(row: Any) -> Person:
    """A person from their row."""
    roles = frozenset(Role(word) for word in str(row.roles).split())
    return Person(row.name, roles, row.source)


def iso(moment: datetime.datetime) -> str:
    """A moment as tables keep it, so that text order is time order."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds")
