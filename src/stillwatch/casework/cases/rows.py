"""Between rows of the database and cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import Connection, select

from stillwatch.casework.cases.conflicts import unknown
from stillwatch.casework.tables import cases as tables
from stillwatch.core.case import (
    Case,
    CaseAccount,
    CaseDecision,
    CaseState,
    CaseStep,
    CaseTask,
    Priority,
    StepKind,
)
from stillwatch.core.verdict import Call

if TYPE_CHECKING:
    from stillwatch.errors import StillwatchError

PRIORITIES: Final = tuple(Priority)
_PREFIX: Final = "case-"
_STATES: Final = {each.value: each for each in CaseState}
_CALLS: Final = {each.value: each for each in Call}
_DECISIONS: Final = {each.value: each for each in CaseDecision}
_NEAR: Final = 1000


def case_id_of(number: int | None) -> str:
    """The id of a case by its number; empty for none."""
    return "" if number is None else f"{_PREFIX}{number}"


def case_named(connection: Connection, case_id: str) -> Case:
    """The case of an id; a bare number is taken, too.

    Raises:
        StillwatchError: SW-CASE-01, there is no such case.
    """
    number = _number_in(case_id)
    row = None
    if number is not None:
        row = connection.execute(select(tables.cases).where(tables.cases.c.number == number)).first()
    if row is None:
        raise _unknown(connection, case_id)
    return case_of(row)


def number_of(connection: Connection, case_id: str) -> int:
    """The number behind an id; a bare number is taken, too.

    Raises:
        StillwatchError: SW-CASE-01, there is no such case.
    """
    number = _number_in(case_id)
    table = tables.cases
    if number is None or connection.scalar(select(table.c.number).where(table.c.number == number)) is None:
        raise _unknown(connection, case_id)
    return number


def _number_in(case_id: str) -> int | None:
    digits = case_id.strip().lower().removeprefix(_PREFIX)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None


def _unknown(connection: Connection, case_id: str) -> StillwatchError:
    latest = select(tables.cases.c.number).order_by(tables.cases.c.number.desc()).limit(_NEAR)
    return unknown(case_id, map(case_id_of, connection.scalars(latest)))


def case_of(row: Any) -> Case:
    """A case from a row of ``cases``."""
    return Case(
        case_id=case_id_of(row.number),
        version=row.version,
        state=_STATES[row.state],
        verdict=_CALLS[row.verdict],
        score=row.score,
        priority=PRIORITIES[row.priority],
        leak_rate=row.leak_rate,
        accounts=row.accounts,
        exchanges=row.exchanges,
        leaked=row.leaked,
        first_ts=row.first_ts,
        last_ts=row.last_ts,
        first_alarm_ts=row.first_alarm_ts,
        campaigns=tuple(orjson.loads(row.campaigns)),
        owner=row.owner,
        opened_ts=row.opened_ts,
        changed_ts=row.changed_ts,
        seen_ts=row.seen_ts,
        due_ts=row.due_ts,
        decision=None if row.decision is None else _DECISIONS[row.decision],
        decided_by=row.decided_by,
        decided_ts=row.decided_ts,
        reason=row.reason,
        spared=() if row.spared == "[]" else tuple(orjson.loads(row.spared)),
        merged_into=case_id_of(row.merged_into),
        split_from=case_id_of(row.split_from),
        evidence=row.evidence,
    )


def case_at(connection: Connection, number: int) -> Case:
    """The case of a number that is known to exist."""
    return case_of(connection.execute(select(tables.cases).where(tables.cases.c.number == number)).one())


def account_of(row: Any) -> CaseAccount:
    """An account from a row of ``case_accounts``."""
    return CaseAccount(
        row.account_id,
        Call(row.verdict),
        row.exchanges,
        row.campaign_exchanges,
        row.first_alarm_ts,
        row.present,
        row.covered,
    )


def step_of(row: Any) -> CaseStep:
    """A step from a row of ``case_steps``."""
    return CaseStep(row.step_id, row.ts, row.by, StepKind(row.kind), row.text, row.version)


def task_of(row: Any) -> CaseTask:
    """A task from a row of ``case_tasks``."""
    return CaseTask(row.task_id, row.ts, row.by, row.text, row.assignee, row.due_ts, row.done_ts, row.done_by)
