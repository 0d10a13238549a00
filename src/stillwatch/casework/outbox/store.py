"""The outbox: filled by disclosure and by taking back, emptied by the command that shares.

Sending is two steps: `begin` takes an item, `mark` says how it ended. What is taken back meanwhile cannot be begun any
more, and what was begun counts as sent, because nobody can tell what reached the hub.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy

from stillwatch import clock
from stillwatch.casework.outbox.model import Item, ItemKind, ItemState
from stillwatch.casework.tables.outbox import OUTBOX
from stillwatch.casework.times import written
from stillwatch.core.indicator import Indicator, Sighting

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from stillwatch.storage.sql import SqlDatabase

_SAVED: Final = tuple(column.name for column in OUTBOX.columns)
_TO_SEND: Final = (ItemState.WAITING.value, ItemState.SENDING.value)


class Outbox:
    """What waits to be sent, and what was.

    Args:
        database: of the family ``casework``.
        now: gives the present moment.
    """

    def __init__(self, database: SqlDatabase, *, now: clock.Clock = clock.now) -> None:
        self._database = database
        self._now = now

    def put(self, connection: Connection, items: Sequence[Item]) -> None:
        """Add what was released; part of the caller's transaction."""
        if items:
            connection.execute(sqlalchemy.insert(OUTBOX), [_values(item) for item in items])

    def to_send(self) -> list[Item]:
        """What waits, and what was begun and not ended, in the order in which it was released."""
        return self._read(OUTBOX.c.state.in_(_TO_SEND))

    def begin(self, item_id: str) -> bool:
        """Take an item to send it; False where it was withdrawn or sent by somebody else meanwhile."""
        with self._database.write() as connection:
            done = connection.execute(
                sqlalchemy.update(OUTBOX)
                .where(OUTBOX.c.item_id == item_id, OUTBOX.c.state.in_(_TO_SEND))
                .values(
                    state=ItemState.SENDING.value,
                    changed_ts=written(self._now()),
                    attempts=OUTBOX.c.attempts + 1,
                )
            )
            return bool(done.rowcount)

    def mark(self, item_id: str, state: ItemState, *, hub_id: str = "", trouble: str = "") -> None:
        """Note how an attempt ended.

        Args:
            item_id: which.
            state: ``waiting`` for another attempt later, else how it ended.
            hub_id: the id the hub knows the object by, where it said one.
            trouble: why it failed; empty where it did not.
        """
        values = {"state": state.value, "changed_ts": written(self._now()), "trouble": trouble}
        with self._database.write() as connection:
            connection.execute(
                sqlalchemy.update(OUTBOX)
                .where(OUTBOX.c.item_id == item_id)
                .values(values | ({"hub_id": hub_id} if hub_id else {}))
            )

    def withdraw(self, connection: Connection, item_id: str) -> bool:
        """Take back what nobody has begun to send; False where somebody has. Part of the caller's transaction."""
        done = connection.execute(
            sqlalchemy.update(OUTBOX)
            .where(OUTBOX.c.item_id == item_id, OUTBOX.c.state == ItemState.WAITING.value)
            .values(state=ItemState.WITHDRAWN.value, changed_ts=written(self._now()))
        )
        return bool(done.rowcount)

    def of_case(self, case_id: str, connection: Connection | None = None) -> list[Item]:
        """Everything that comes from a case, as a transaction sees it where one is given."""
        return self._read(OUTBOX.c.case_id == case_id, connection)

    def of_cause(self, cause: str) -> list[Item]:
        """Everything that a disclosure or an order put in."""
        return self._read(OUTBOX.c.cause == cause)

    def everything(self) -> list[Item]:
        """Every item there ever was, in the order in which it was released."""
        return self._read(sqlalchemy.true())

    def _read(
        self, condition: sqlalchemy.ColumnElement[bool], connection: Connection | None = None
    ) -> list[Item]:
        query = sqlalchemy.select(OUTBOX).where(condition).order_by(OUTBOX.c.item_id)
        if connection is not None:
            return [item_of(row) for row in connection.execute(query)]
        with self._database.read() as own:
            return [item_of(row) for row in own.execute(query)]


def item_of(row: Row[Any]) -> Item:
    """The item in a row."""
    kind = ItemKind(row.kind)
    form: type[Indicator] | type[Sighting] = Sighting if kind is ItemKind.SIGHTING else Indicator
    fields = {name: getattr(row, name) for name in _SAVED if name != "indicator_id"}
    payload = msgspec.json.decode(row.payload, type=form)
    return Item(**(fields | {"kind": kind, "state": ItemState(row.state), "payload": payload}))


def _values(item: Item) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in _SAVED}
    return values | {
        "kind": item.kind.value,
        "state": item.state.value,
        "payload": msgspec.json.encode(item.payload).decode(),
        "changed_ts": item.changed_ts or item.queued_ts,
    }
