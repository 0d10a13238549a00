"""Orders as they stand in the database, and what exactly an approval of one is for."""

from __future__ import annotations

import difflib
from typing import Any, Final

import orjson
from blake3 import blake3
from sqlalchemy import Connection, select

from stillwatch.casework.cases.rows import case_id_of
from stillwatch.casework.retention.order import Order, OrderState
from stillwatch.casework.tables import retention as tables
from stillwatch.errors import StillwatchError

_PAYLOAD: Final = ("order_id", "number", "by", "reason", "days", "evidence")


def found(connection: Connection, order_id: str) -> Order:
    """One order.

    Raises:
        StillwatchError: SW-EVID-25, there is none; the nearest is named.
    """
    table = tables.orders
    row = connection.execute(select(table).where(table.c.order_id == order_id)).first()
    if row is None:
        near = difflib.get_close_matches(order_id, list(connection.scalars(select(table.c.order_id))), n=1)
        raise StillwatchError(
            f"there is no order '{order_id[:60]}'",
            code="SW-EVID-25",
            hint=f"did you mean {near[0]}?" if near else "list them: stillwatch case retained",
        )
    return _order_of(row)


def everything(connection: Connection) -> tuple[Order, ...]:
    """Every order, the oldest first."""
    rows = connection.execute(
        select(tables.orders).order_by(tables.orders.c.asked_ts, tables.orders.c.order_id)
    )
    return tuple(_order_of(row) for row in rows)


def digest_of(connection: Connection, order: Order) -> str:
    """The payload digest of an order as its row says now."""
    row = connection.execute(select(tables.orders).where(tables.orders.c.order_id == order.order_id)).one()
    return payload_digest({name: getattr(row, name) for name in _PAYLOAD})


def payload_digest(order: dict[str, Any]) -> str:
    """What an approval is for: BLAKE3 of the order's canonical JSON."""
    return blake3(orjson.dumps({n: order[n] for n in _PAYLOAD}, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _order_of(row: Any) -> Order:
    return Order(
        row.order_id,
        case_id_of(row.number),
        row.approval_id,
        row.by,
        row.reason,
        row.days,
        row.evidence,
        OrderState(row.state),
        row.asked_ts,
        row.kept_ts,
        row.until_ts,
        row.shredded_ts,
        dict(orjson.loads(row.files)),
    )
