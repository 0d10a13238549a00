"""Two cases that turn out to be one: the other's accounts, campaigns and open tasks go into the one that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import delete, insert, select, update

from stillwatch.casework.cases import members
from stillwatch.casework.cases.rows import PRIORITIES
from stillwatch.casework.cases.writing import number_of_case
from stillwatch.casework.tables import cases as tables
from stillwatch.core.case import CaseState, StepKind, priority_of
from stillwatch.core.verdict import Call

if TYPE_CHECKING:
    from stillwatch.casework.cases.writing import Writing
    from stillwatch.core.case import Case


def merge(here: Writing, into: Case, other: Case, versions: tuple[int, int], *, by: str, reason: str) -> Case:
    """Put one case into another.

    Args:
        here: the transaction.
        into: the case that goes on.
        other: the case that ends.
        versions: of both, as they were seen.
        by: who does it.
        reason: why.

    Raises:
        ConflictError: SW-CASE-02, one of them has another version now.
    """
    target, source = number_of_case(into), number_of_case(other)
    members.move(here.connection, source, target)
    _move_rest(here, source, target)
    here.change(
        other,
        versions[1],
        StepKind.MERGED,
        by,
        f"merged into {into.case_id}: {reason}",
        {"into": into.case_id, "reason": reason},
        state=CaseState.MERGED.value,
        merged_into=target,
        owner="",
        accounts=0,
    )
    return here.change(
        into,
        versions[0],
        StepKind.MERGED,
        by,
        f"took in {other.case_id}: {reason}",
        {"other": other.case_id, "reason": reason},
        **_sum(into, other),
        accounts=members.present(here.connection, target),
    )


def _sum(into: Case, other: Case) -> dict[str, Any]:
    """Figures of both together, until detection looks again."""
    rate = into.leak_rate + other.leak_rate
    alarms = [ts for ts in (into.first_alarm_ts, other.first_alarm_ts) if ts is not None]
    worst = Call.ATTACK if Call.ATTACK in (into.verdict, other.verdict) else Call.WATCH
    names = tuple(dict.fromkeys((*into.campaigns, *other.campaigns)))
    return {
        "verdict": worst.value,
        "score": max(into.score, other.score),
        "priority": PRIORITIES.index(priority_of(rate)),
        "leak_rate": rate,
        "exchanges": into.exchanges + other.exchanges,
        "leaked": into.leaked + other.leaked,
        "first_ts": min(into.first_ts, other.first_ts),
        "last_ts": max(into.last_ts, other.last_ts),
        "first_alarm_ts": min(alarms, default=None),
        "due_ts": min(into.due_ts, other.due_ts) if into.waiting else into.due_ts,
        "campaigns": orjson.dumps(names).decode(),
    }


def _move_rest(here: Writing, source: int, target: int) -> None:
    """Campaigns, marks and open tasks."""
    connection = here.connection
    for table, key in ((tables.campaigns, ("campaign_id",)), (tables.marks, ("kind", "value"))):
        query = select(*(table.c[name] for name in key))
        known = {tuple(row) for row in connection.execute(query.where(table.c.number == target))}
        moving = {tuple(row) for row in connection.execute(query.where(table.c.number == source))} - known
        rows = [{"number": target} | dict(zip(key, row, strict=True)) for row in sorted(moving)]
        if rows:
            connection.execute(insert(table), rows)
        connection.execute(delete(table).where(table.c.number == source))
    connection.execute(
        update(tables.tasks)
        .where(tables.tasks.c.number == source, tables.tasks.c.done_ts.is_(None))
        .values(number=target)
    )
