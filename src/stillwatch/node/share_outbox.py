"""Hands items of casework's outbox to sharing, which may not see casework, and notes there what became of them."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import uuid
from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.casework.disclosure.reading import disclosures_of
from stillwatch.casework.outbox.model import Item, ItemKind, ItemState
from stillwatch.casework.times import written
from stillwatch.core.indicator import Indicator, Sighting, SightingKind
from stillwatch.core.names import new_id
from stillwatch.core.weeks import week_of
from stillwatch.errors import StillwatchError
from stillwatch.sharing.client.journal import ShipmentState
from stillwatch.sharing.client.publish import (
    ADVISORIES,
    ADVISORIES_OPEN,
    Parcel,
    Sent,
    parcel,
    publish,
)
from stillwatch.sharing.client.weights import weights
from stillwatch.sharing.gate import Situation
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from stillwatch.casework.outbox.store import Outbox
    from stillwatch.casework.records import Records
    from stillwatch.core.indicator import CountClass, Marking
    from stillwatch.node.share_desk import Desk
    from stillwatch.sharing.client.journal import Shipment
    from stillwatch.sharing.stix.names import StixObject

_STATES: Final = {
    ShipmentState.QUEUED: ItemState.WAITING,
    ShipmentState.ACCEPTED: ItemState.SENT,
    ShipmentState.REFUSED: ItemState.REFUSED,
}


def parcels_of(desk: Desk) -> list[Parcel]:
    """What the outbox holds to be sent, as it would be sent, in the order in which it was approved."""
    made = _days_approved(desk.records)
    return [
        parcel(item.item_id, item.payload, desk.membership.identity, _day_of(item, made))
        for item in desk.outbox.to_send()
    ]


def _days_approved(records: Records) -> dict[str, datetime.date]:
    """By disclosure, the day that the approved bytes say they were made on."""
    with records.database.read() as connection:
        found = disclosures_of(connection, records.approvals)
    return {each.disclosure_id: datetime.date.fromisoformat(each.made_day) for each in found}


def _day_of(item: Item, made: dict[str, datetime.date]) -> datetime.date | None:
    """The day in the bytes: what was approved leaves as it was approved; a retraction is of today."""
    return made.get(item.cause) if item.kind is ItemKind.PUBLISH else None


def send(desk: Desk) -> Sent:
    """Send what the outbox holds and note what became of each item, there and in the ledger.

    Raises:
        StillwatchError: the token or a certificate cannot be used.
    """
    taken = [each for each in parcels_of(desk) if desk.outbox.begin(each.item_id)]
    situation = Situation.now(desk.membership.identity)
    sent = publish(taken, desk.journal, desk.connect(), desk.gate, situation)
    for shipment in sent.shipments:
        desk.outbox.mark(
            shipment.item_id, _STATES[shipment.state], hub_id=shipment.hub_id or "", trouble=shipment.why
        )
    settled = [each for each in sent.shipments if each.state is not ShipmentState.QUEUED]
    if settled:
        with desk.records.database.write() as connection:
            desk.records.ledger.append(connection, [_entry(each) for each in settled])
    return sent


def send_text(desk: Desk, obj: StixObject, text_id: str, by: str, *, in_open: bool) -> Sent:
    """Send a report of a released text, and note it in the ledger.

    Args:
        desk: everything at hand.
        obj: the report.
        text_id: of the text in counsel's queue.
        by: who sends it.
        in_open: to the collection that everybody at the hub may read.

    Raises:
        StillwatchError: the token or a certificate cannot be used.
    """
    collection = ADVISORIES_OPEN if in_open else ADVISORIES
    item = Parcel(new_id("out", clock.now().timestamp()), obj, collection)
    sent = publish([item], desk.journal, desk.connect(), desk.gate, Situation.now(desk.membership.identity))
    entries = [_entry(each, by) for each in sent.shipments]
    with desk.records.database.write() as connection:
        desk.records.ledger.append(
            connection, [dataclasses.replace(e, details={**e.details, "text": text_id}) for e in entries]
        )
    return sent


def _entry(shipment: Shipment, by: str = "stillwatch share") -> Entry:
    details = {
        "hub": shipment.hub,
        "object": shipment.own_id,
        "hub_id": shipment.hub_id or "",
        "outcome": shipment.state.value,
        "why": shipment.why,
    }
    return Entry("shared", shipment.item_id, by, clock.now().isoformat(), details)


def put_sighting(
    records: Records, outbox: Outbox, indicator_id: str, kind: SightingKind, accounts: CountClass | None,
    marking: Marking, by: str, reason: str,
) -> Item:  # fmt: skip
    """Put this lab's own finding about an indicator in the outbox, with its reason in the ledger."""
    now = clock.now()
    sighting = Sighting(f"sighting--{uuid.uuid4()}", indicator_id, kind, week_of(now), accounts, marking)
    item = _item(ItemKind.SIGHTING, sighting, by)
    details = {"indicator": indicator_id, "kind": kind.value, "reason": reason}
    with records.database.write() as connection:
        outbox.put(connection, [item])
        records.ledger.append(
            connection, [Entry("sighting-made", item.item_id, by, now.isoformat(), details)]
        )
    return item


def put_retraction(desk: Desk, indicator_id: str, by: str, reason: str) -> Item:
    """Put the retraction of one's own indicator in the outbox, with its reason in the ledger.

    Args:
        desk: everything at hand.
        indicator_id: the lab's own id or the hub's.
        by: who answers for it.
        reason: why, in a sentence.

    Raises:
        StillwatchError: SW-SHARE-20 this lab never published it; SW-SHARE-21 it was taken back already.
    """
    items = [each for each in desk.outbox.everything() if isinstance(each.payload, Indicator)]
    names = {each.hub_id: each.indicator_id for each in items if each.hub_id}
    own_id = names.get(indicator_id, indicator_id)
    about = [each for each in items if each.indicator_id == own_id]
    published = next((each for each in about if each.kind is ItemKind.PUBLISH), None)
    if published is None:
        raise _unknown(indicator_id, [each.indicator_id for each in items])
    if any(each.kind is ItemKind.RETRACT for each in about):
        raise StillwatchError("it was taken back already", code="SW-SHARE-21", where=indicator_id)
    revoked = _revoked(published.payload)
    item = _item(ItemKind.RETRACT, revoked, by, published)
    details = {"indicator": own_id, "reason": reason}
    with desk.records.database.write() as connection:
        desk.outbox.put(connection, [item])
        entry = Entry("retraction-made", item.item_id, by, clock.now().isoformat(), details)
        desk.records.ledger.append(connection, [entry])
    return item


def weigh(desk: Desk) -> None:
    """Work out anew what received indicators weigh, by what this lab found and what reporters took back."""
    found = weights(desk.store.indicators(), sightings_in(desk.outbox), week_of(clock.now()))
    desk.store.weigh(found)


def sightings_in(outbox: Outbox) -> list[Sighting]:
    """This lab's own sightings, oldest first."""
    return [
        each.payload
        for each in outbox.everything()
        if isinstance(each.payload, Sighting) and each.state is not ItemState.WITHDRAWN
    ]


def _revoked(payload: Indicator | Sighting) -> Indicator:
    assert isinstance(payload, Indicator)  # for the type checker: only published ones come here
    return dataclasses.replace(payload, revoked=True)


def _item(kind: ItemKind, payload: Indicator | Sighting, by: str, published: Item | None = None) -> Item:
    now = clock.now()
    return Item(
        item_id=new_id("out", now.timestamp()),
        kind=kind,
        case_id=published.case_id if published else "",
        cause="by hand",
        payload=payload,
        queued_ts=written(now),
        queued_by=by,
        hub_id=published.hub_id if published else "",
    )


def _unknown(indicator_id: str, known: list[str]) -> StillwatchError:
    near = difflib.get_close_matches(indicator_id, known, n=1)
    return StillwatchError(
        "this lab has published no indicator of that id",
        code="SW-SHARE-20",
        where=indicator_id,
        hint=f"did you mean {near[0]}?" if near else "`stillwatch share status` lists what was published",
    )
