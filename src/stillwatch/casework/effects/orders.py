"""The orders that cases gave: kept until enforcement has carried them out, each step in the ledger.

An order is written in the same transaction as the decision behind it, so that neither exists without the other.
Carrying it out is another step, which may be taken by another process and more than once.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections import Counter
from typing import TYPE_CHECKING, Final

import sqlalchemy

from stillwatch import clock
from stillwatch.casework.effects.codec import digest_of, kind_of, order_of, touched_of, values_of
from stillwatch.casework.effects.model import Done, Order, OrderState, Touched
from stillwatch.casework.tables.effects import CONFIRMATIONS, ORDER_EFFECTS, ORDERS
from stillwatch.casework.times import written
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from stillwatch.storage.ledger import Ledger
    from stillwatch.storage.sql import SqlDatabase

_LONGEST_TROUBLE: Final = 400


class Orders:
    """Orders on disk.

    Args:
        database: of the family ``casework``.
        ledger: every step is entered there.
        now: gives the present moment.
    """

    def __init__(self, database: SqlDatabase, ledger: Ledger, *, now: clock.Clock = clock.now) -> None:
        self._database = database
        self._ledger = ledger
        self._now = now

    def give(self, connection: Connection, order: Order) -> None:
        """Keep an order; part of the caller's transaction."""
        connection.execute(sqlalchemy.insert(ORDERS).values(values_of(order)))
        details = {
            "kind": kind_of(order),
            "case": order.case_id,
            "appeal": order.appeal_id,
            "approval": order.approval_id,
            "content": digest_of(order.content),
            "accounts": len(order.content.accounts),
            "reason": order.content.reason,
        }
        self._enter(connection, "order-given", order, details, by=order.by)

    def get(self, order_id: str) -> Order:
        """One order.

        Raises:
            StillwatchError: there is none of that id; the nearest is named.
        """
        found = self._read(ORDERS.c.order_id == order_id)
        if found:
            return found[0]
        with self._database.read() as connection:
            names = list(connection.scalars(sqlalchemy.select(ORDERS.c.order_id)))
        near = difflib.get_close_matches(order_id, names, n=1)
        raise StillwatchError(
            f"there is no order '{order_id}'",
            code="SW-APL-20",
            hint=f"did you mean {near[0]}?" if near else "the case and the appeal list their orders",
        )

    def waiting(self) -> list[Order]:
        """What nobody has carried out yet, the oldest first."""
        return self._read(ORDERS.c.state == OrderState.WAITING.value)

    def asked(self) -> list[Order]:
        """What a second person has not approved yet, the oldest first."""
        return self._read(ORDERS.c.state == OrderState.ASKED.value)

    def of_case(self, case_id: str) -> list[Order]:
        """The orders of a case, the oldest first."""
        return self._read(ORDERS.c.case_id == case_id)

    def of_appeal(self, appeal_id: str) -> list[Order]:
        """The orders of an appeal, the oldest first."""
        return self._read(ORDERS.c.appeal_id == appeal_id)

    def touched(self, order_id: str) -> list[Touched]:
        """The decisions that an order made, ended or met."""
        query = sqlalchemy.select(ORDER_EFFECTS).where(ORDER_EFFECTS.c.order_id == order_id)
        with self._database.read() as connection:
            return [
                touched_of(row) for row in connection.execute(query.order_by(ORDER_EFFECTS.c.decision_id))
            ]

    def done(self, order: Order, done: Done) -> None:
        """Note what became of an order; who comes second with the same finds it noted."""
        with self._database.write() as connection:
            changed = self._change(
                connection,
                order,
                state=OrderState.DONE.value,
                epoch=done.epoch,
                decisions_version=done.version,
                done_ts=written(self._now()),
                trouble="",
            )
            if not changed:
                return
            if done.touched:
                rows = [
                    dataclasses.asdict(each) | {"order_id": order.order_id, "effect": each.effect.value}
                    for each in done.touched
                ]
                connection.execute(sqlalchemy.insert(ORDER_EFFECTS), rows)
            counts = dict(Counter(each.effect.value for each in done.touched))
            details = {"epoch": done.epoch, "version": done.version, "decisions": counts}
            self._enter(connection, "order-done", order, details)

    def approved(self, order: Order, approved_by: str) -> None:
        """Let an order go to enforcement that a second person has approved."""
        with self._database.write() as connection:
            values = {"state": OrderState.WAITING.value, "approved_by": approved_by}
            if self._change(connection, order, **values):
                details = {"approval": order.approval_id}
                self._enter(connection, "order-approved", order, details, by=approved_by)

    def refused(self, order: Order, why: str) -> None:
        """Note that an order will not be carried out."""
        with self._database.write() as connection:
            if self._change(
                connection, order, state=OrderState.REFUSED.value, trouble=why[:_LONGEST_TROUBLE]
            ):
                self._enter(connection, "order-refused", order, {"why": why[:_LONGEST_TROUBLE]})

    def troubled(self, order: Order, why: str) -> None:
        """Note why an order could not be carried out yet."""
        if order.trouble != why[:_LONGEST_TROUBLE]:
            with self._database.write() as connection:
                self._change(connection, order, trouble=why[:_LONGEST_TROUBLE])

    def again(self, epoch: str) -> int:
        """Give lifts anew that another store of decisions than the present one carried out; returns how many.

        A store that was made anew or restored knows nothing of them. What enforces is not given anew: nobody is
        blocked without a person.
        """
        stale = [
            order
            for order in self._read((ORDERS.c.state == OrderState.DONE.value) & (ORDERS.c.epoch != epoch))
            if order.lifts
        ]
        with self._database.write() as connection:
            for order in stale:
                connection.execute(
                    sqlalchemy.update(ORDERS)
                    .where(ORDERS.c.order_id == order.order_id)
                    .values(state=OrderState.WAITING.value, epoch="", decisions_version=0, done_ts=None)
                )
                for table in (ORDER_EFFECTS, CONFIRMATIONS):
                    connection.execute(sqlalchemy.delete(table).where(table.c.order_id == order.order_id))
                self._enter(connection, "order-again", order, {"epoch_before": order.epoch, "epoch": epoch})
        return len(stale)

    def _change(self, connection: Connection, order: Order, **values: object) -> bool:
        """Change an order that stands as it was seen; whether it did."""
        done = connection.execute(
            sqlalchemy.update(ORDERS)
            .where(ORDERS.c.order_id == order.order_id, ORDERS.c.state == order.state.value)
            .values(**values)
        )
        return bool(done.rowcount)

    def _enter(
        self,
        connection: Connection,
        kind: str,
        order: Order,
        details: Mapping[str, object],
        *,
        by: str = "node",
    ) -> None:
        entry = Entry(kind, order.order_id, by, written(self._now()), details)
        self._ledger.append(connection, [entry])

    def _read(self, condition: sqlalchemy.ColumnElement[bool]) -> list[Order]:
        query = sqlalchemy.select(ORDERS).where(condition).order_by(ORDERS.c.order_id)
        with self._database.read() as connection:
            return [order_of(row) for row in connection.execute(query)]
