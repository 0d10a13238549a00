"""What waited when the report was made, and the campaigns that were opened in its time."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from stillwatch.casework.cases.filters import WAITING, CaseFilter, Order
from stillwatch.casework.cases.rows import case_of
from stillwatch.casework.tables.cases import cases as table

if TYPE_CHECKING:
    from stillwatch.casework.cases import CaseStore
    from stillwatch.core.case import Case
    from stillwatch.reporting.sheets.period import Period
    from stillwatch.storage.sql import SqlDatabase

_EVERYTHING: Final = 2**31 - 1


@dataclasses.dataclass(frozen=True, slots=True)
class Queue:
    """What waits.

    Attributes:
        overdue: should have been decided by now.
        unclaimed: nobody has taken.
        leak_rate: exchanges an hour that all of them together lose.
        oldest: when the one that waits longest was opened; None where none waits.
        by_priority: how many, by priority.
    """

    waiting: int
    overdue: int
    unclaimed: int
    leak_rate: float
    oldest: str | None
    by_priority: Counter[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Campaign:
    """A case that was opened in the period, as it stands now.

    Attributes:
        outcome: what was decided, or where it stands.
    """

    case_id: str
    verdict: str
    accounts: int
    exchanges: int
    leaked: int
    first_ts: str
    first_alarm_ts: str | None
    outcome: str


def queue_of(cases: CaseStore, now_ts: str) -> Queue:
    """The queue as it stands."""
    waiting = cases.list(CaseFilter(states=WAITING, order=Order.DUE, most=_EVERYTHING))
    return Queue(
        waiting=len(waiting),
        overdue=sum(case.overdue(now_ts) for case in waiting),
        unclaimed=sum(not case.owner for case in waiting),
        leak_rate=sum(case.leak_rate for case in waiting),
        oldest=min((case.opened_ts for case in waiting), default=None),
        by_priority=Counter(case.priority.value for case in waiting),
    )


def campaigns_of(database: SqlDatabase, period: Period) -> tuple[Campaign, ...]:
    """Cases opened in a period, those that lost most before their first alarm first."""
    query = (
        sa.select(table)
        .where(table.c.opened_ts >= period.start_ts, table.c.opened_ts < period.end_ts)
        .order_by(table.c.leaked.desc(), table.c.number)
    )
    with database.read() as connection:
        return tuple(_campaign(case_of(row)) for row in connection.execute(query))


def _campaign(case: Case) -> Campaign:
    return Campaign(
        case.case_id,
        case.verdict.value,
        case.accounts,
        case.exchanges,
        case.leaked,
        case.first_ts,
        case.first_alarm_ts,
        (case.decision or case.state).value,
    )
