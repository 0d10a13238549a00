"""Labels: accounts that people found honest after they had been accused.

An overturned appeal and a case that was decided to be innocent leave one for each account concerned. Calibration counts
by them how often detection accuses somebody who is known to be honest. They are no sample of honest accounts: only who
was accused once can have one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy

from stillwatch import clock
from stillwatch.casework.tables.labels import LABELS
from stillwatch.casework.times import written

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.storage.sql import SqlDatabase


@dataclasses.dataclass(frozen=True, slots=True)
class Label:
    """An account that was found honest.

    Attributes:
        source: the appeal or the case that showed it.
        by: who decided that.
        labelled_ts: when (RFC 3339); what the account does later is not covered.
    """

    account_id: str
    source: str
    by: str
    labelled_ts: str


class Labels:
    """The labels of a lab.

    Args:
        database: of the family ``casework``.
        now: gives the present moment.
    """

    def __init__(self, database: SqlDatabase, *, now: clock.Clock = clock.now) -> None:
        self._database = database
        self._now = now

    def honest(self, connection: Connection, accounts: Iterable[str], *, source: str, by: str) -> int:
        """Label accounts; part of the caller's transaction. Returns how many were not labelled by this source yet."""
        known = set(
            connection.scalars(sqlalchemy.select(LABELS.c.account_id).where(LABELS.c.source == source))
        )
        moment = written(self._now())
        rows = [
            {"account_id": account, "source": source, "by": by, "labelled_ts": moment}
            for account in sorted(set(accounts) - known)
        ]
        if rows:
            connection.execute(sqlalchemy.insert(LABELS), rows)
        return len(rows)

    def all(self) -> list[Label]:
        """Every label, by account."""
        return self._read(sqlalchemy.true())

    def of(self, account_id: str) -> list[Label]:
        """The labels of one account."""
        return self._read(LABELS.c.account_id == account_id)

    def _read(self, condition: sqlalchemy.ColumnElement[bool]) -> list[Label]:
        query = sqlalchemy.select(LABELS).where(condition).order_by(LABELS.c.account_id, LABELS.c.source)
        with self._database.read() as connection:
            return [
                Label(**{name: getattr(row, name) for name in Label.__dataclass_fields__})
                for row in connection.execute(query)
            ]
