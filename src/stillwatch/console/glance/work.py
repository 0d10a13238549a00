"""What leaks and waits, and what people did about it."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.appeals.filters import AppealFilter
from stillwatch.casework.appeals.reading import AppealReader
from stillwatch.casework.cases import CaseFilter, tallies
from stillwatch.casework.cases.filters import WAITING
from stillwatch.casework.people import Act
from stillwatch.reporting import wording
from stillwatch.reporting.charts.period_bars import Pair, period_bars

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.reporting.markup import Markup

DAYS: Final = 10
_TOP: Final = 5


def waiting(ask: Ask) -> dict[str, Any]:
    """Cases that wait: how many, what they leak, and those of whoever looks."""
    with ask.office.records.database.read() as connection:
        found = dataclasses.asdict(tallies.waiting(connection, ask.now_ts))
    mine = ask.office.cases.count(CaseFilter(states=WAITING, owner=ask.person.name))
    return found | {"mine": mine}


def leaking(ask: Ask) -> list[dict[str, Any]]:
    """The cases that leak most and wait."""
    return [
        {
            "case_id": case.case_id,
            "priority": case.priority.value,
            "accounts": case.accounts,
            "leak_rate": case.leak_rate,
            "leaked": case.leaked,
            "due_ts": case.due_ts,
            "overdue": case.overdue(ask.now_ts),
            "owner": case.owner,
            "path": f"/cases/{case.case_id}",
        }
        for case in ask.office.cases.list(CaseFilter(states=WAITING, most=_TOP))
    ]


def appeals(ask: Ask) -> dict[str, int]:
    """Appeals that wait, and how many of them are late or before counsel."""
    reader = AppealReader(ask.office.records.database, now=ask.office.now)
    total = reader.count(AppealFilter())
    late = len(reader.due_by(ask.now_ts)) + reader.count(AppealFilter(escalated=True)) if total else 0
    return {"waiting": total, "late": late}


def approvals(ask: Ask) -> int:
    """What waits for a second person and this one could answer."""
    if not ask.can(Act.ANSWER_APPROVALS):
        return 0
    roles = ask.person.roles
    return sum(
        each.asked_by != ask.person.name and any(role in roles for role in each.open_needs())
        for each in ask.office.approvals.list()
    )


def flow(ask: Ask) -> list[dict[str, Any]]:
    """Cases opened and decided, day by day."""
    since = ask.now.date() - datetime.timedelta(days=DAYS - 1)
    with ask.office.records.database.read() as connection:
        found = tallies.by_day(connection, since, DAYS)
    return [{"day": day, "opened": opened, "decided": decided} for day, opened, decided in found]


def flow_drawing(days: list[dict[str, Any]]) -> Markup:
    """The same as bars."""
    pairs = [
        Pair(wording.day(datetime.datetime.fromisoformat(each["day"])), each["opened"], each["decided"])
        for each in days
    ]
    opened, decided = sum(pair.first for pair in pairs), sum(pair.second for pair in pairs)
    return period_bars(
        pairs,
        ("opened", "decided"),
        title=f"Cases opened and decided in the last {len(pairs)} days",
        description=f"{opened:,} opened and {decided:,} decided in all; the table below has each day.",
        prefix="flow",
    )
