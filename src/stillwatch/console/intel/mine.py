"""Indicators of this lab: what was approved to leave, how far it came, and what exactly would leave now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.casework.outbox.model import ItemKind, ItemState
from stillwatch.casework.outbox.store import Outbox
from stillwatch.console.desks import sharing
from stillwatch.core.indicator import Indicator
from stillwatch.node.share_outbox import parcels_of
from stillwatch.sharing.gate import Situation
from stillwatch.sharing.preview import canonical, digest, preview

if TYPE_CHECKING:
    from stillwatch.casework.outbox.model import Item
    from stillwatch.console.office import Office


def mine(office: Office) -> list[dict[str, Any]]:
    """Everything that was approved to leave, the latest first."""
    items = Outbox(office.records.database).everything()
    gone = {each.indicator_id for each in items if each.kind is ItemKind.RETRACT}
    return [_row(each, taken_back=each.indicator_id in gone) for each in reversed(items)]


def waiting(office: Office) -> int:
    """How many items wait to be sent."""
    return len(Outbox(office.records.database).to_send())


def leaving(office: Office) -> dict[str, Any]:
    """What the next sending would send, in its exact bytes, and what the gate says to each object.

    Raises:
        StillwatchError: SW-SHARE-01, no membership is set up; the gate cannot be used.
    """
    with sharing(office) as desk:
        parcels = parcels_of(desk)
        situation = Situation.now(desk.membership.identity)
        objects = []
        for each in parcels:
            answer = desk.gate.check(each.obj, situation)
            objects.append(
                {
                    "item": each.item_id,
                    "object": str(each.obj["id"]),
                    "type": str(each.obj["type"]),
                    "collection": each.collection,
                    "passes": answer.passed,
                    "refusals": [f"{r.field}: {r.sentence} ({r.rule})" for r in answer.refusals],
                    "notices": list(answer.notices),
                    "bytes": canonical(each.obj).decode(),
                }
            )
        envelopes = [
            _envelope(name, [each.obj for each in parcels if each.collection == name])
            for name in dict.fromkeys(each.collection for each in parcels)
        ]
        return {
            "hub": desk.membership.name,
            "url": desk.membership.url,
            "objects": objects,
            "envelopes": envelopes,
        }


def _envelope(collection: str, objects: list[dict[str, Any]]) -> dict[str, Any]:
    body = preview(objects)
    return {"collection": collection, "objects": len(objects), "bytes": len(body), "digest": digest(body)}


def _row(item: Item, *, taken_back: bool) -> dict[str, Any]:
    payload = item.payload
    indicator = payload if isinstance(payload, Indicator) else None
    published = item.kind is ItemKind.PUBLISH and item.state in (ItemState.SENT, ItemState.ACKNOWLEDGED)
    return {
        "item": item.item_id,
        "kind": item.kind.value,
        "indicator": item.indicator_id,
        "what": indicator.kind.value if indicator else payload.kind.value,
        "value": indicator.value if indicator else "",
        "marking": payload.marking.value,
        "confidence": indicator.confidence if indicator else None,
        "valid_until": indicator.valid_until if indicator else None,
        "case": item.case_id,
        "state": item.state.value,
        "trouble": item.trouble,
        "queued_ts": item.queued_ts,
        "by": item.queued_by,
        "hub_id": item.hub_id,
        "may_retract": published and not taken_back,
    }
