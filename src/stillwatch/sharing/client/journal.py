"""The journal of what was sent: each item once, in the bytes it was first sent in, with what the hub calls it.

An item is queued before it is sent and settled by the hub's answer. Whatever happens in between, the same item is sent
again in the same bytes and never a second time once the hub has taken it.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from stillwatch import clock
from stillwatch.sharing.preview import canonical
from stillwatch.storage.received.tables import SHIPMENTS

if TYPE_CHECKING:
    from stillwatch.storage.sql import SqlDatabase


class ShipmentState(enum.StrEnum):
    """How far an item came."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclasses.dataclass(frozen=True, slots=True)
class Shipment:
    """One object on its way to one hub.

    Attributes:
        item_id: of the outbox, or of the notification; with the hub it names the shipment.
        collection: alias at the hub.
        own_id: the lab's own id of the object.
        body: the object in the bytes in which it is sent.
        hub_id: what the hub calls it; None until it said so.
        why: of a refusal, or of the last failure; empty for neither.
    """

    item_id: str
    hub: str
    collection: str
    own_id: str
    body: bytes
    state: ShipmentState
    hub_id: str | None
    attempts: int
    why: str
    queued_at: str
    settled_at: str | None


class Journal:
    """What was sent to one hub.

    Args:
        database: of a member's side of sharing.
        hub: name of the hub.
    """

    def __init__(self, database: SqlDatabase, hub: str) -> None:
        self._database = database
        self._hub = hub

    def queue(self, item_id: str, collection: str, obj: Mapping[str, Any]) -> Shipment:
        """Queue an object; one that is there already stays as it is, with its first bytes."""
        with self._database.write() as connection:
            row = connection.execute(sa.select(SHIPMENTS).where(self._is(item_id))).mappings().first()
            if row is None:
                connection.execute(
                    SHIPMENTS.insert().values(
                        item_id=item_id,
                        hub=self._hub,
                        collection=collection,
                        own_id=str(obj["id"]),
                        body=canonical(obj).decode(),
                        state=ShipmentState.QUEUED.value,
                        attempts=0,
                        why="",
                        queued_at=clock.now().isoformat(),
                    )
                )
                row = connection.execute(sa.select(SHIPMENTS).where(self._is(item_id))).mappings().one()
        return _shipment(row)

    def settle(
        self,
        item_id: str,
        state: ShipmentState,
        *,
        hub_id: str | None = None,
        status_id: str | None = None,
        why: str = "",
    ) -> None:
        """Note what became of an item; back to the queue with the reason where it did not get through."""
        done = state is not ShipmentState.QUEUED
        with self._database.write() as connection:
            connection.execute(
                SHIPMENTS.update()
                .where(self._is(item_id))
                .values(
                    state=state.value,
                    hub_id=hub_id,
                    status_id=status_id,
                    why=why,
                    attempts=SHIPMENTS.c.attempts + 1,
                    settled_at=clock.now().isoformat() if done else None,
                )
            )

    def shipments(self, states: Iterable[ShipmentState] = tuple(ShipmentState)) -> list[Shipment]:
        """Shipments in some states, oldest first."""
        wanted = [state.value for state in states]
        query = (
            sa.select(SHIPMENTS)
            .where(SHIPMENTS.c.hub == self._hub, SHIPMENTS.c.state.in_(wanted))
            .order_by(SHIPMENTS.c.queued_at, SHIPMENTS.c.item_id)
        )
        with self._database.read() as connection:
            return [_shipment(row) for row in connection.execute(query).mappings()]

    def own_ids(self) -> dict[str, str]:
        """The lab's own id by the hub's, of everything that the hub has taken."""
        query = sa.select(SHIPMENTS.c.hub_id, SHIPMENTS.c.own_id).where(
            SHIPMENTS.c.hub == self._hub, SHIPMENTS.c.hub_id.is_not(None)
        )
        with self._database.read() as connection:
            return {row.hub_id: row.own_id for row in connection.execute(query)}

    def _is(self, item_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(SHIPMENTS.c.item_id == item_id, SHIPMENTS.c.hub == self._hub)


def counts(shipments: Sequence[Shipment]) -> dict[str, int]:
    """How many are in each state."""
    return {state.value: sum(each.state is state for each in shipments) for state in ShipmentState}


def _shipment(row: sa.RowMapping) -> Shipment:
    fields = {field.name: row[field.name] for field in dataclasses.fields(Shipment)}
    return Shipment(**fields | {"body": row["body"].encode(), "state": ShipmentState(row["state"])})
