"""Counsel's word that a legal basis that has run out may be relied on for a time."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.sharing.gate.bases import Confirmation, LegalBases
from stillwatch.sharing.gate.counsel.roles import COUNSEL, Roles, not_the_role
from stillwatch.sharing.gate.tables import CONFIRMATIONS
from stillwatch.storage.ledger import Entry, Ledger

if TYPE_CHECKING:
    from stillwatch.storage.sql import SqlDatabase


class Confirmations:
    """What counsel has confirmed.

    Args:
        database: of the family ``gate``.
        ledger: its ledger.
        roles: which roles a person has; raises for somebody unknown.
        bases: as the file has them.
        now: the clock.
    """

    def __init__(
        self,
        database: SqlDatabase,
        ledger: Ledger,
        roles: Roles,
        bases: LegalBases,
        *,
        now: clock.Clock = clock.now,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._roles = roles
        self._bases = bases
        self._now = now

    def confirm(self, basis: str, until: datetime.date, by: str) -> Confirmation:
        """Confirm a basis.

        Args:
            basis: its id.
            until: the last day for which the word counts; within a year.
            by: somebody with the role counsel.

        Raises:
            StillwatchError: SW-GATE-03 no such basis, SW-GATE-13 not counsel, SW-GATE-16 no such day.
        """
        self._bases.get(basis)
        if COUNSEL not in self._roles(by):
            raise not_the_role(by, COUNSEL)
        moment = self._now()
        if not moment.date() < until <= moment.date() + datetime.timedelta(days=366):
            raise StillwatchError(
                "a confirmation ends on a day to come, within a year",
                code="SW-GATE-16",
                where=until.isoformat(),
            )
        at = moment.isoformat()
        with self._database.write() as connection:
            row = {"basis": basis, "until": until.isoformat(), "by": by, "at": at}
            connection.execute(insert(CONFIRMATIONS), row)
            details = {"lane": "counsel", "until": row["until"]}
            self._ledger.append(connection, [Entry("gate-basis-confirmed", basis, by, at, details)])
        return Confirmation(basis, until, by)

    def bases(self, connection: Connection | None = None) -> LegalBases:
        """The bases with what counsel has confirmed; a basis that left the file takes its confirmations along.

        Args:
            connection: of a transaction that is open already.
        """
        if connection is None:
            with self._database.read() as reading:
                return self.bases(reading)
        return confirmed(connection, self._bases)


def confirmed(connection: Connection, bases: LegalBases) -> LegalBases:
    """Legal bases with what counsel has confirmed in a database."""
    rows = connection.execute(select(CONFIRMATIONS).order_by(CONFIRMATIONS.c.number)).all()
    return bases.confirmed(
        *(
            Confirmation(row.basis, datetime.date.fromisoformat(row.until), row.by)
            for row in rows
            if row.basis in bases.bases
        )
    )
