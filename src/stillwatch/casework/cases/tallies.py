"""Cases counted and added up: for whoever looks at all of them at once."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, case, func, select, text

from stillwatch.casework.tables import cases as tables
from stillwatch.core.case import CaseDecision, CaseState

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a decision.

    Attributes:
        cases: how many; ``unclaimed`` and ``overdue`` of them.
        leak_rate: what all of them leak together, exchanges an hour.
        leaked: what they leaked before their alarms.
        accounts: how many accounts belong to them.
    """

    cases: int
    unclaimed: int
    overdue: int
    leak_rate: float
    leaked: int
    accounts: int


def waiting(connection: Connection, now_ts: str) -> Waiting:
    """Add up what waits."""
    cases = tables.cases
    query = select(
        func.count(),
        func.coalesce(func.sum(case((cases.c.state == CaseState.OPEN.value, 1), else_=0)), 0),
        func.coalesce(func.sum(case((cases.c.due_ts < now_ts, 1), else_=0)), 0),
        func.coalesce(func.sum(cases.c.leak_rate), 0.0),
        func.coalesce(func.sum(cases.c.leaked), 0),
        func.coalesce(func.sum(cases.c.accounts), 0),
    ).where(text(tables.WAITING))
    count, unclaimed, overdue, rate, leaked, accounts = connection.execute(query).one()
    return Waiting(int(count), int(unclaimed), int(overdue), float(rate), int(leaked), int(accounts))


def concluded(connection: Connection) -> Mapping[CaseDecision, int]:
    """How many cases people last concluded what about; merged ones are counted where they went."""
    cases = tables.cases
    query = (
        select(cases.c.decision, func.count())
        .where(cases.c.decision.is_not(None), cases.c.state != CaseState.MERGED.value)
        .group_by(cases.c.decision)
    )
    found = {CaseDecision(word): int(count) for word, count in connection.execute(query)}
    return {each: found.get(each, 0) for each in CaseDecision}


def by_day(connection: Connection, since: datetime.date, days: int) -> list[tuple[str, int, int]]:
    """Per day (UTC, ``YYYY-MM-DD``) from one on: cases opened, and cases whose last decision fell on it."""
    cases = tables.cases
    counts: dict[str, list[int]] = {
        (since + datetime.timedelta(days=day)).isoformat(): [0, 0] for day in range(days)
    }
    for place, column in enumerate((cases.c.opened_ts, cases.c.decided_ts)):
        day = func.substr(column, 1, 10)
        query = select(day, func.count()).where(column >= since.isoformat()).group_by(day)
        for name, count in connection.execute(query):
            if name in counts:
                counts[name][place] = int(count)
    return [(name, opened, decided) for name, (opened, decided) in counts.items()]
