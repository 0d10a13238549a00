"""Statements that were issued: kept as they were sent, with their digest in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy
from blake3 import blake3

from stillwatch import clock
from stillwatch.casework.people import Act, Role, may
from stillwatch.casework.statements.model import Statement
from stillwatch.casework.tables.appeals import STATEMENTS
from stillwatch.casework.times import written
from stillwatch.core.names import new_id
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from stillwatch.casework.people import People


class Statements:
    """What account holders were told.

    Args:
        people: who may; its database and ledger are used.
        now: gives the present moment.
    """

    def __init__(self, people: People, *, now: clock.Clock = clock.now) -> None:
        self._people = people
        self._database = people.database
        self._now = now

    def issue(self, statement: Statement, *, by: str, case_id: str = "", appeal_id: str = "") -> str:
        """Keep a statement that goes out; returns its id.

        Raises:
            StillwatchError: ``by`` may not; a program cannot.
        """
        now = self._now()
        content = msgspec.json.encode(statement)
        name = new_id("sta", now.timestamp())
        digest = blake3(content).hexdigest()
        with self._database.write() as connection:
            person = self._people.get(by, connection)
            may(person, Act.RECEIVE_APPEALS)
            if Role.SERVICE in person.roles:
                raise StillwatchError(
                    "a person has to issue a statement of reasons", code="SW-APL-32", where=by
                )
            row = {
                "statement_id": name,
                "account_id": statement.account_id,
                "appeal_id": appeal_id,
                "case_id": case_id,
                "content": content.decode(),
                "digest": digest,
                "issued_ts": written(now),
                "issued_by": by,
            }
            connection.execute(sqlalchemy.insert(STATEMENTS).values(row))
            details = {"case": case_id, "appeal": appeal_id, "digest": digest}
            entry = Entry("statement-issued", name, by, written(now), details)
            self._people.ledger.append(connection, [entry])
        return name

    def latest(self, *, appeal_id: str = "", account_id: str = "") -> Statement | None:
        """The last statement about an appeal, or to an account; None where none was issued."""
        wanted: Any = (
            STATEMENTS.c.appeal_id == appeal_id if appeal_id else STATEMENTS.c.account_id == account_id
        )
        query = sqlalchemy.select(STATEMENTS.c.content).where(wanted)
        with self._database.read() as connection:
            content = connection.scalar(query.order_by(STATEMENTS.c.statement_id.desc()).limit(1))
        return None if content is None else msgspec.json.decode(content, type=Statement)
