"""The outbox: filled by disclosure and by taking back, emptied by the command that shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy

from stillwatch.casework.outbox.model import Item, ItemKind, ItemState
from stillwatch.casework.tables.outbox import OUTBOX
from stillwatch.core.indicator import Indicator, Sighting

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from stillwatch.storage.sql import SqlDatabase

_SAVED: Final = tuple(column.name for column in OUTBOX.columns)


class Outbox:
    """What waits to be sent, and what was."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database

    def put(self, connection: Connection, items: Sequence[Item]) -> None:
        """Add what was released; part of the caller's transaction."""
        if items:
            connection.execute(sqlalchemy.insert(OUTBOX), [_values(item) for item in items])

    def waiting(self) -> list[Item]:
        """What is to be sent, in the order in which it was released."""
        return self._read(OUTBOX.c.state == ItemState.WAITING)

    def of_case(self, case_id: str) -> list[Item]:
        """Everything that comes from a case."""
        return self._read(OUTBOX.c.case_id == case_id)

    def of_cause(self, cause: str) -> list[Item]:
        """Everything that a disclosure or an order put in."""
        return self._read(OUTBOX.c.cause == cause)

    def mark(
        self, connection: Connection, item_id: str, state: ItemState, now_ts: str, **said: str | int
    ) -> None:
        """Note how far an item got; part of the caller's transaction.

        Args:
            connection: of the transaction.
            item_id: which.
            state: that it has now.
            now_ts: RFC 3339.
            said: ``hub_id``, ``trouble`` or ``attempts``, where they change.
        """
        connection.execute(
            sqlalchemy.update(OUTBOX)
            .where(OUTBOX.c.item_id == item_id)
            .values(state=state.value, changed_ts=now_ts, **said)
        )

    def _read(self, condition: sqlalchemy.ColumnElement[bool]) -> list[Item]:
        query = sqlalchemy.select(OUTBOX).where(condition).order_by(OUTBOX.c.item_id)
        with self._database.read() as connection:
            return [item_of(row) for row in connection.execute(query)]


def item_of(row: Row[Any]) -> Item:
    """The item in a row."""
    kind = ItemKind(row.kind)
    form = Sighting if kind is ItemKind.SIGHTING else Indicator
    fields = {name: getattr(row, name) for name in _SAVED if name != "indicator_id"}
    changed = {
        "kind": kind,
        "state": ItemState(row.state),
        "payload": msgspec.json.decode(row.payload, type=form),
    }
    return Item(**(fields | changed))


def _values(item: Item) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in _SAVED}
    return values | {
        "kind": item.kind.value,
        "state": item.state.value,
        "payload": msgspec.json.encode(item.payload).decode(),
        "changed_ts": item.changed_ts or item.queued_ts,
    }
