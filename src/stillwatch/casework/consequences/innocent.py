"""Cases that people decided to be innocent: whatever had come of them is taken back, by itself and once.

Deciding stays free of what follows from it: whoever carries orders out looks for such cases first, so that it makes no
difference where and by which program a case was decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy
from sqlalchemy import Text, cast, literal, select

from stillwatch.casework.alone import Turn, alone
from stillwatch.casework.effects.codec import LIFT
from stillwatch.casework.effects.taking_back import Mistake
from stillwatch.casework.tables.cases import cases as CASES  # noqa: N812 - tables are constants here
from stillwatch.casework.tables.effects import ORDERS
from stillwatch.core.appeal import Reach
from stillwatch.core.case import CaseDecision

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.casework.appeals.accused import Accusations
    from stillwatch.casework.effects.model import Order
    from stillwatch.casework.effects.taking_back import TakingBack
    from stillwatch.storage.sql import SqlDatabase


def take_innocent_back(
    database: SqlDatabase, accusations: Accusations, taking_back: TakingBack
) -> tuple[Order, ...]:
    """Order what was decided innocent, and is not taken back yet, to be taken back; returns the orders."""
    with database.read() as connection:
        left = _left(connection)
    given = []
    for case_id in left:
        case = accusations.current(case_id)
        mistake = Mistake(
            case_id=case.case_id,
            appeal_id="",
            reach=Reach.CASE,
            accounts=tuple(each.account_id for each in accusations.members(case.case_id)),
            standing=0,
            campaigns=case.campaigns,
            by=case.decided_by,
            reason=case.reason,
        )
        with database.write() as connection:
            alone(connection, Turn.TAKING_BACK)
            if case_id in _left(connection):  # nobody else did so meanwhile
                given.append(taking_back.take_back(connection, mistake))
    return tuple(given)


def _left(connection: Connection) -> list[str]:
    """Ids of innocent cases that nothing was taken back of since they were decided."""
    name = literal("case-") + cast(CASES.c.number, Text)
    taken = sqlalchemy.exists().where(
        ORDERS.c.case_id == name,
        ORDERS.c.kind == LIFT,
        ORDERS.c.reach == Reach.CASE.value,
        ORDERS.c.ordered_ts >= CASES.c.decided_ts,
    )
    query = select(name).where(
        CASES.c.decision == CaseDecision.INNOCENT.value, CASES.c.merged_into.is_(None), ~taken
    )
    return list(connection.scalars(query.order_by(CASES.c.number)))
