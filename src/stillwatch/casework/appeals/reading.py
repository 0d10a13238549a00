"""Questions to the appeals of a lab."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy

from stillwatch import clock
from stillwatch.casework.appeals.clock import standing
from stillwatch.casework.appeals.filters import AppealFilter
from stillwatch.casework.appeals.tokens import digest_of
from stillwatch.casework.tables.appeals import APPEAL_TOKENS, APPEALS
from stillwatch.core.appeal import Appeal, AppealState, Outcome, Reach, Standing
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from stillwatch.storage.sql import SqlDatabase

QUEUE: Final = AppealFilter()
"""What waits, the most pressing first."""
_EVERYTHING: Final = 2**31


class AppealReader:
    """What can be asked about appeals.

    Args:
        database: of the family ``casework``.
        now: gives the present moment.
    """

    def __init__(self, database: SqlDatabase, *, now: clock.Clock = clock.now) -> None:
        self.database = database
        self._now = now

    def get(self, appeal_id: str, connection: Connection | None = None) -> Appeal:
        """One appeal.

        Raises:
            StillwatchError: SW-APL-01, there is none of that id; the nearest is named.
        """
        if connection is None:
            with self.database.read() as reading:
                return self.get(appeal_id, reading)
        row = connection.execute(sqlalchemy.select(APPEALS).where(APPEALS.c.appeal_id == appeal_id)).first()
        if row is None:
            names = list(connection.scalars(sqlalchemy.select(APPEALS.c.appeal_id)))
            near = difflib.get_close_matches(appeal_id, names, n=1)
            raise StillwatchError(
                f"there is no appeal '{appeal_id[:80]}'",
                code="SW-APL-01",
                hint=f"did you mean {near[0]}?" if near else "`stillwatch appeal list` shows those that wait",
            )
        return _appeal(row)

    def by_token(self, token: str) -> Appeal | None:
        """The appeal that a token belongs to; None for a token that nobody was given."""
        query = (
            sqlalchemy.select(APPEALS)
            .join(APPEAL_TOKENS, APPEAL_TOKENS.c.appeal_id == APPEALS.c.appeal_id)
            .where(APPEAL_TOKENS.c.digest == digest_of(token))
        )
        with self.database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else _appeal(row)

    def list(self, wanted: AppealFilter = QUEUE) -> tuple[Appeal, ...]:
        """Appeals, those before counsel first, then by when they are due."""
        first = sqlalchemy.case((APPEALS.c.escalated_ts.is_(None), 1), else_=0)
        query = (
            sqlalchemy.select(APPEALS)
            .where(*_conditions(wanted))
            .order_by(first, APPEALS.c.due_ts, APPEALS.c.appeal_id)
            .limit(wanted.most)
            .offset(wanted.skip)
        )
        with self.database.read() as connection:
            return tuple(_appeal(row) for row in connection.execute(query))

    def count(self, wanted: AppealFilter = QUEUE) -> int:
        """How many there are, however many are listed."""
        query = sqlalchemy.select(sqlalchemy.func.count()).select_from(APPEALS).where(*_conditions(wanted))
        with self.database.read() as connection:
            return int(connection.scalar(query) or 0)

    def due_by(self, moment: str) -> tuple[Appeal, ...]:
        """Those that wait, were due by a moment (RFC 3339) and did not go to counsel."""
        query = sqlalchemy.select(APPEALS).where(
            *_conditions(AppealFilter(escalated=False)), APPEALS.c.due_ts <= moment
        )
        with self.database.read() as connection:
            return tuple(_appeal(row) for row in connection.execute(query.order_by(APPEALS.c.due_ts)))

    def standings(self) -> dict[Standing, int]:
        """How many that wait stand how with their clock."""
        now = self._now()
        waiting = self.list(AppealFilter(most=_EVERYTHING))
        found = Counter(standing(appeal, now) for appeal in waiting)
        return {each: found[each] for each in Standing if each is not Standing.DONE}

    def decided(self, account_id: str, case_id: str, connection: Connection) -> tuple[Appeal, ...]:
        """Appeals of an account against a case that were decided."""
        query = sqlalchemy.select(APPEALS).where(
            APPEALS.c.account_id == account_id,
            APPEALS.c.case_id == case_id,
            APPEALS.c.state == AppealState.DECIDED.value,
        )
        return tuple(_appeal(row) for row in connection.execute(query.order_by(APPEALS.c.appeal_id)))

    def overturned_accounts(self, case_id: str) -> set[str]:
        """Accounts of a case whose appeals were overturned."""
        query = sqlalchemy.select(APPEALS.c.account_id).where(
            APPEALS.c.case_id == case_id, APPEALS.c.outcome == Outcome.OVERTURNED.value
        )
        with self.database.read() as connection:
            return set(connection.scalars(query))


def _conditions(wanted: AppealFilter) -> Collection[sqlalchemy.ColumnElement[bool]]:
    found: list[sqlalchemy.ColumnElement[bool]] = []
    if wanted.states:
        found.append(APPEALS.c.state.in_([state.value for state in wanted.states]))
    for column, value in (
        (APPEALS.c.owner, wanted.owner),
        (APPEALS.c.account_id, wanted.account),
        (APPEALS.c.case_id, wanted.case),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.escalated is not None:
        gone = APPEALS.c.escalated_ts.is_not(None)
        found.append(gone if wanted.escalated else ~gone)
    return found


def _appeal(row: Row[Any]) -> Appeal:
    fields = {name: getattr(row, name) for name in Appeal.__dataclass_fields__}
    typed = {
        "state": AppealState(row.state),
        "outcome": None if row.outcome is None else Outcome(row.outcome),
        "reach": None if row.reach is None else Reach(row.reach),
    }
    return Appeal(**(fields | typed))
