"""Cases as they are looked at: one, a list of them, and what belongs to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Select, func, select, text

from stillwatch.casework.cases.filters import WAITING, CaseFilter, Order
from stillwatch.casework.cases.rows import PRIORITIES, account_of, case_of, number_of, step_of, task_of
from stillwatch.casework.tables import cases as tables

if TYPE_CHECKING:
    from stillwatch.core.case import Case, CaseAccount, CaseStep, CaseTask

_CASES: Final = tables.cases
_ORDERS: Final = {
    Order.PRIORITY: (_CASES.c.priority, _CASES.c.leak_rate.desc(), _CASES.c.number),
    Order.DUE: (_CASES.c.due_ts, _CASES.c.number),
    Order.NEWEST: (_CASES.c.number.desc(),),
}


def listed(connection: Connection, wanted: CaseFilter) -> tuple[Case, ...]:
    """Cases in the order that is wanted."""
    query = _narrowed(select(_CASES), wanted).order_by(*_ORDERS[wanted.order])
    rows = connection.execute(query.limit(wanted.most).offset(wanted.skip))
    return tuple(case_of(row) for row in rows)


def counted(connection: Connection, wanted: CaseFilter) -> int:
    """How many there are."""
    return int(connection.scalar(_narrowed(select(func.count()).select_from(_CASES), wanted)) or 0)


def accounts(
    connection: Connection, case_id: str, after: str, most: int, *, present: bool | None
) -> tuple[CaseAccount, ...]:
    """Accounts of a case, in the order of their ids."""
    table = tables.accounts
    query = select(table).where(table.c.number == number_of(connection, case_id), table.c.account_id > after)
    if present is not None:
        query = query.where(table.c.present == present)
    return tuple(
        account_of(row) for row in connection.execute(query.order_by(table.c.account_id).limit(most))
    )


def names(connection: Connection, case_id: str) -> tuple[str, ...]:
    """Ids of every account that is or was in a case, sorted."""
    table = tables.accounts
    query = select(table.c.account_id).where(table.c.number == number_of(connection, case_id))
    return tuple(connection.scalars(query.order_by(table.c.account_id)))


def tallied(connection: Connection, case_id: str) -> dict[tuple[str, bool, bool], int]:
    """How many accounts of a case there are by verdict, presence, and whether the last decision was about them."""
    table = tables.accounts
    columns = (table.c.verdict, table.c.present, table.c.covered)
    query = select(*columns, func.count()).where(table.c.number == number_of(connection, case_id))
    return {
        (row[0], bool(row[1]), bool(row[2])): int(row[3])
        for row in connection.execute(query.group_by(*columns))
    }


def busiest(connection: Connection, case_id: str, most: int, skip: int = 0) -> tuple[CaseAccount, ...]:
    """Accounts of a case, those that are in it first, then by how much of the demand they sent."""
    table = tables.accounts
    query = (
        select(table)
        .where(table.c.number == number_of(connection, case_id))
        .order_by(table.c.present.desc(), table.c.campaign_exchanges.desc(), table.c.account_id)
    )
    return tuple(account_of(row) for row in connection.execute(query.limit(most).offset(skip)))


def steps(connection: Connection, case_id: str) -> tuple[CaseStep, ...]:
    """A case's history, and what was done in cases that it took in until then; oldest first."""
    number = number_of(connection, case_id)
    merged = connection.scalars(select(_CASES.c.number).where(_CASES.c.merged_into == number)).all()
    table = tables.steps
    query = select(table).where(table.c.number.in_((number, *merged))).order_by(table.c.ts, table.c.step_id)
    return tuple(step_of(row) for row in connection.execute(query))


def tasks(connection: Connection, case_id: str) -> tuple[CaseTask, ...]:
    """What is and was to be done, in the order in which it was asked for."""
    table = tables.tasks
    query = select(table).where(table.c.number == number_of(connection, case_id)).order_by(table.c.task_id)
    return tuple(task_of(row) for row in connection.execute(query))


def _narrowed(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    if wanted.overdue_at is not None or set(wanted.states) == set(WAITING):
        query = query.where(text(tables.WAITING))
    if wanted.states and set(wanted.states) != set(WAITING):
        query = query.where(_CASES.c.state.in_([state.value for state in wanted.states]))
    if wanted.priority is not None:
        query = query.where(_CASES.c.priority == PRIORITIES.index(wanted.priority))
    if wanted.owner is not None:
        query = query.where(_CASES.c.owner == wanted.owner)
    if wanted.overdue_at is not None:
        query = query.where(_CASES.c.due_ts < wanted.overdue_at)
    if wanted.account is not None:
        held = tables.accounts
        query = query.where(
            _CASES.c.number.in_(
                select(held.c.number).where(held.c.account_id == wanted.account, held.c.present)
            )
        )
    if wanted.campaign is not None:
        named = tables.campaigns
        query = query.where(
            _CASES.c.number.in_(select(named.c.number).where(named.c.campaign_id == wanted.campaign))
        )
    return query
