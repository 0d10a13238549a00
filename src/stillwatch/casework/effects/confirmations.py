"""Which gateways have an order: each is asked for by name until its own report covers it.

A gateway confirms by reporting a version of the decisions that is not older than the one an order ended in, of the
same life of the store. One that was heard of lately and has not reported so far is pending, however long that lasts:
silence is never taken for consent.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import sqlalchemy

from stillwatch import clock
from stillwatch.casework.alone import Turn, alone
from stillwatch.casework.effects.model import Confirmation, GatewayReport, OrderState
from stillwatch.casework.tables.effects import CONFIRMATIONS, KNOWN_GATEWAYS, ORDERS
from stillwatch.casework.times import written
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.storage.ledger import Ledger
    from stillwatch.storage.sql import SqlDatabase

REMEMBERED: Final = datetime.timedelta(days=7)
"""For how long a gateway that fell silent is still counted among those that have to confirm a new order."""
_NODE: Final = "node"


class Confirmations:
    """What gateways report, held against the orders that were carried out.

    Args:
        database: of the family ``casework``.
        ledger: each confirmation is entered there.
        now: gives the present moment.
    """

    def __init__(self, database: SqlDatabase, ledger: Ledger, *, now: clock.Clock = clock.now) -> None:
        self._database = database
        self._ledger = ledger
        self._now = now

    def take(self, reports: Iterable[GatewayReport]) -> int:
        """Hold reports against the orders; returns how many were confirmed by them."""
        found = 0
        with self._database.write() as connection:
            alone(connection, Turn.CONFIRMING)
            for report in reports:
                self._remember(connection, report)
                self._expect(connection, report)
                found += self._confirm(connection, report)
        return found

    def expect(self, order_id: str) -> None:
        """Ask every gateway that was heard of lately for a confirmation of an order that was carried out."""
        since = written(self._now() - REMEMBERED)
        with self._database.write() as connection:
            alone(connection, Turn.CONFIRMING)
            asked = sqlalchemy.select(CONFIRMATIONS.c.gateway).where(CONFIRMATIONS.c.order_id == order_id)
            known = sqlalchemy.select(KNOWN_GATEWAYS).where(
                KNOWN_GATEWAYS.c.seen_ts >= since, KNOWN_GATEWAYS.c.name.not_in(asked)
            )
            for row in list(connection.execute(known)):
                values = {"order_id": order_id, "gateway": row.name, "version": row.version}
                connection.execute(sqlalchemy.insert(CONFIRMATIONS).values(values))

    def of(self, order_id: str) -> list[Confirmation]:
        """How each gateway stands with an order, by name."""
        query = (
            sqlalchemy.select(CONFIRMATIONS, KNOWN_GATEWAYS.c.seen_ts)
            .join(KNOWN_GATEWAYS, KNOWN_GATEWAYS.c.name == CONFIRMATIONS.c.gateway)
            .where(CONFIRMATIONS.c.order_id == order_id)
            .order_by(CONFIRMATIONS.c.gateway)
        )
        with self._database.read() as connection:
            return [
                Confirmation(row.gateway, row.version, row.confirmed_ts, row.seen_ts)
                for row in connection.execute(query)
            ]

    def pending(self) -> int:
        """How many confirmations are still asked for."""
        query = sqlalchemy.select(sqlalchemy.func.count()).select_from(CONFIRMATIONS)
        with self._database.read() as connection:
            return int(connection.scalar(query.where(CONFIRMATIONS.c.confirmed_ts.is_(None))) or 0)

    def _remember(self, connection: Connection, report: GatewayReport) -> None:
        values = {
            "epoch": report.epoch,
            "version": report.version,
            "known": report.known,
            "seen_ts": report.seen_ts,
        }
        here = KNOWN_GATEWAYS.c.name == report.name
        if not connection.execute(sqlalchemy.update(KNOWN_GATEWAYS).where(here).values(values)).rowcount:
            connection.execute(sqlalchemy.insert(KNOWN_GATEWAYS).values(values | {"name": report.name}))
        connection.execute(
            sqlalchemy.update(CONFIRMATIONS)
            .where(CONFIRMATIONS.c.gateway == report.name, CONFIRMATIONS.c.confirmed_ts.is_(None))
            .values(version=report.version)
        )

    def _expect(self, connection: Connection, report: GatewayReport) -> None:
        """Ask a gateway that nobody had heard of for what was carried out lately."""
        asked = sqlalchemy.select(CONFIRMATIONS.c.order_id).where(CONFIRMATIONS.c.gateway == report.name)
        lately = sqlalchemy.select(ORDERS.c.order_id).where(
            ORDERS.c.state == OrderState.DONE.value,
            ORDERS.c.done_ts >= written(self._now() - REMEMBERED),
            ORDERS.c.order_id.not_in(asked),
        )
        rows = [
            {"order_id": name, "gateway": report.name, "version": report.version}
            for name in connection.scalars(lately)
        ]
        if rows:
            connection.execute(sqlalchemy.insert(CONFIRMATIONS), rows)

    def _confirm(self, connection: Connection, report: GatewayReport) -> int:
        """Note which orders a report covers for the first time; returns how many."""
        if not report.known:
            return 0
        covered = (
            sqlalchemy.select(CONFIRMATIONS.c.order_id, ORDERS.c.decisions_version)
            .join(ORDERS, ORDERS.c.order_id == CONFIRMATIONS.c.order_id)
            .where(
                CONFIRMATIONS.c.gateway == report.name,
                CONFIRMATIONS.c.confirmed_ts.is_(None),
                ORDERS.c.state == OrderState.DONE.value,
                ORDERS.c.epoch == report.epoch,
                ORDERS.c.decisions_version <= report.version,
            )
        )
        rows = list(connection.execute(covered))
        moment = written(self._now())
        entries = []
        for row in rows:
            here = (CONFIRMATIONS.c.order_id == row.order_id) & (CONFIRMATIONS.c.gateway == report.name)
            connection.execute(sqlalchemy.update(CONFIRMATIONS).where(here).values(confirmed_ts=moment))
            said = {"gateway": report.name, "version": report.version, "needed": row.decisions_version}
            entries.append(Entry("order-confirmed", row.order_id, _NODE, moment, said))
        if entries:
            self._ledger.append(connection, entries)
        return len(rows)
