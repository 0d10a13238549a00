"""Sends what was approved: through the gate once more, in envelopes the hub takes, each item at most once.

The caller hands the items over (they come out of casework's outbox, which this part may not see) and is told what
became of each, to note it there.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.indicator import Sighting
from stillwatch.errors import StillwatchError
from stillwatch.sharing.client.journal import Shipment, ShipmentState
from stillwatch.sharing.stix import to_stix

if TYPE_CHECKING:
    from stillwatch.sharing.client.journal import Journal
    from stillwatch.sharing.client.transport import HubConnection
    from stillwatch.sharing.gate import Gate, Situation
    from stillwatch.sharing.stix.convert import Shared

INDICATORS: Final = "indicators"
SIGHTINGS: Final = "sightings"
GOVERNMENT: Final = "government"
ADVISORIES: Final = "advisories"
ADVISORIES_OPEN: Final = "advisories-open"
_MOST_OBJECTS: Final = 500
_MOST_BYTES: Final = 2**20


@dataclasses.dataclass(frozen=True, slots=True)
class Parcel:
    """One thing to send.

    Attributes:
        item_id: what the sender calls this sending; the same one is never sent twice.
        obj: the STIX object.
        collection: alias at the hub.
    """

    item_id: str
    obj: dict[str, Any]
    collection: str


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """What became of the parcels.

    Attributes:
        shipments: as they stand now, in the order given.
        trouble: why the rest did not get through; None where everything was settled.
    """

    shipments: tuple[Shipment, ...]
    trouble: StillwatchError | None = None


def parcel(item_id: str, thing: Shared, author: str, day: datetime.date | None = None) -> Parcel:
    """A core type as a parcel for the collection it belongs to.

    Args:
        item_id: of the outbox.
        thing: what is sent.
        author: this lab's identity at the hub.
        day: that its bytes say it was made on; today unless given.
    """
    collection = SIGHTINGS if isinstance(thing, Sighting) else INDICATORS
    return Parcel(item_id, to_stix(thing, author=author, day=day), collection)


def publish(
    parcels: Sequence[Parcel], journal: Journal, hub: HubConnection, gate: Gate, situation: Situation
) -> Sent:
    """Send what has not been settled yet.

    What the gate refuses here never leaves. Where the hub cannot be reached everything stays queued.
    """
    queued = [journal.queue(each.item_id, each.collection, each.obj) for each in parcels]
    waiting = []
    for shipment in queued:
        if shipment.state is not ShipmentState.QUEUED:
            continue
        answer = gate.check(json.loads(shipment.body), situation)
        if answer.passed:
            waiting.append(shipment)
        else:
            why = "; ".join(f"{each.field}: {each.sentence} ({each.rule})" for each in answer.refusals)
            journal.settle(shipment.item_id, ShipmentState.REFUSED, why=f"not sent: {why}")
    trouble = None
    for envelope in _envelopes(waiting):
        try:
            _send(envelope, journal, hub)
        except StillwatchError as error:
            trouble = error
            for shipment in envelope:
                journal.settle(shipment.item_id, ShipmentState.QUEUED, why=error.message)
            break
    now = {each.item_id: each for each in journal.shipments()}
    return Sent(tuple(now[each.item_id] for each in parcels), trouble)


def envelope_of(objects: Sequence[bytes]) -> bytes:
    """A TAXII envelope around objects in the bytes they have."""
    return b'{"objects":[' + b",".join(objects) + b"]}"


def _send(envelope: Sequence[Shipment], journal: Journal, hub: HubConnection) -> None:
    """Send one envelope and settle each object by the hub's status (TAXII 2.1, section 4.3.1)."""
    body = envelope_of([each.body for each in envelope])
    status = hub.post(f"collections/{envelope[0].collection}/objects/", body).body
    status_id = str(status.get("id", ""))[:80]
    taken = {_key(each): each for each in _listed(status, "successes")}
    refused = {_key(each): each for each in _listed(status, "failures")}
    for shipment in envelope:
        key = _key(json.loads(shipment.body))
        if key in taken:
            hub_id = str(taken[key].get("x_stored_as") or shipment.own_id)[:80]
            journal.settle(shipment.item_id, ShipmentState.ACCEPTED, hub_id=hub_id, status_id=status_id)
        elif key in refused:
            why = str(refused[key].get("message", ""))[:1000]
            journal.settle(shipment.item_id, ShipmentState.REFUSED, status_id=status_id, why=why)
        else:
            journal.settle(
                shipment.item_id, ShipmentState.QUEUED, status_id=status_id, why="the hub did not say"
            )


def _key(found: dict[str, Any]) -> tuple[str, str]:
    """An object by its id and version, as a status names it."""
    return str(found.get("id")), str(found.get("version") or found.get("modified") or "")


def _listed(status: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = status.get(name, [])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _envelopes(shipments: Sequence[Shipment]) -> Iterator[list[Shipment]]:
    """Parts that the hub takes at once: of one collection, not too many, not too large."""
    part: list[Shipment] = []
    size = 0
    for each in shipments:
        full = len(part) >= _MOST_OBJECTS or size + len(each.body) > _MOST_BYTES
        if part and (full or each.collection != part[0].collection):
            yield part
            part, size = [], 0
        part.append(each)
        size += len(each.body)
    if part:
        yield part
