"""Reads what others reported: page after page, each taken in with its cursor, so that it goes on where it stopped.

Every object is checked on receipt: its form by the gate, its marking, and that it is not one's own word coming back.
What does not hold is put aside with the reason and never weighs anything.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch import clock
from stillwatch.core.indicator import Indicator, Sighting
from stillwatch.errors import StillwatchError
from stillwatch.sharing.client import advisories, feeds
from stillwatch.sharing.client.receipts import Receipts
from stillwatch.sharing.gate import Gate, Situation
from stillwatch.sharing.gate.texts import TYPE as REPORT
from stillwatch.sharing.stix import from_stix
from stillwatch.storage.received.records import (
    ANONYMOUS,
    Provenance,
    ReceivedAdvisory,
    ReceivedIndicator,
    ReceivedSighting,
    SignatureState,
)
from stillwatch.storage.received.store import Applied, Page, ReceivedStore, Refusal

if TYPE_CHECKING:
    from stillwatch.sharing.client.journal import Journal
    from stillwatch.sharing.client.membership import Membership
    from stillwatch.sharing.client.transport import HubConnection

SIGHTINGS: Final = "sightings"
COLLECTIONS: Final = ("indicators", "indicators-open", SIGHTINGS, *advisories.COLLECTIONS)
_OURS: Final = frozenset({"indicator", "sighting"}) | advisories.TYPES
_OF_SIGHTINGS: Final = frozenset({"sighting"})
"""Indicators beside sightings are copies of what stands in the collections of indicators."""
_OF_SENDERS: Final = frozenset({"registered-detectors", "recent-dates", "regular-weeks", "known-references"})
"""Rules that bind who sends, at the time of sending; the hub has applied them."""
_AT_ONCE: Final = 1_000
UNKNOWN: Final = 0.5
"""The weight of a reporter nothing is known of, until `weights` has looked."""


@dataclasses.dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought.

    Attributes:
        applied: what it changed.
        refused: objects that were put aside.
        pages: pages that were read.
        acknowledged: retractions that the hub was told of.
        told_after_days: how much later than others the hub tells this member of indicators, for what it gave.
        trouble: why it ended early; None where it came to the end.
    """

    applied: Applied
    refused: tuple[Refusal, ...]
    pages: int
    acknowledged: int = 0
    told_after_days: int = 0
    trouble: StillwatchError | None = None


def pull(
    hub: HubConnection, membership: Membership, store: ReceivedStore, journal: Journal, gate: Gate
) -> Pulled:
    """Read everything that was added since the last pull, and tell the hub which retractions were carried out.

    A page that was taken in stays taken in, whatever happens afterwards.
    """
    applied, pages, told, later = Applied(), 0, 0, 0
    refused: list[Refusal] = []
    trouble = None
    try:
        receipts = Receipts(hub, membership.log_key) if membership.log_key else None
        here = hub.get("/v1/members").body
        anonymous, later = str(here.get("hub", "")), _delay(here.get("you"))
        reading = _Reading(membership, gate, frozenset(journal.own_ids()), anonymous, receipts)
        for ids, cursor in feeds.retractions(hub, membership.name, store):
            applied += store.retract(membership.name, ids, cursor, clock.now().isoformat())
        for collection in _readable(hub):
            for objects, last in feeds.pages(hub, membership.name, collection, store):
                page = reading.page(membership.name, collection, objects, last)
                applied += store.apply(page)
                refused += page.refused
                pages += 1
        told = acknowledge(hub, membership.name, store)
    except StillwatchError as error:
        trouble = error
    return Pulled(applied, tuple(refused), pages, told, later, trouble)


def acknowledge(hub: HubConnection, name: str, store: ReceivedStore) -> int:
    """Tell the hub which retractions were carried out here; returns how many.

    Raises:
        StillwatchError: the hub does not answer; the next pull tells it.
    """
    ids = store.unacknowledged(name)
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        body = json.dumps({"ids": part}).encode()
        hub.post("/v1/retractions/acknowledgements", body, content_type="application/json")
        store.acknowledged(part, clock.now().isoformat())
    return len(ids)


def _delay(you: Any) -> int:
    """Days after which the hub tells this member of indicators; 0 where it does not say."""
    said = you.get("told_after_days") if isinstance(you, dict) else None
    return said if type(said) is int and said > 0 else 0


def _readable(hub: HubConnection) -> list[str]:
    """Aliases of the collections that this member may read and that hold what can be matched."""
    found = hub.get("collections/").body.get("collections", [])
    allowed = {
        str(each.get("alias")) for each in found if isinstance(each, dict) and each.get("can_read") is True
    }
    return [alias for alias in COLLECTIONS if alias in allowed]


class _Reading:
    """Turns objects of the hub into rows, or into reasons why not."""

    def __init__(
        self,
        membership: Membership,
        gate: Gate,
        own: frozenset[str],
        anonymous: str,
        receipts: Receipts | None,
    ) -> None:
        self._membership = membership
        self._gate = gate
        self._own = own
        self._anonymous = anonymous
        self._receipts = receipts
        self._situation = Situation.now()

    def page(self, hub: str, collection: str, objects: list[Any], last: str | None) -> Page:
        """One page; own objects and types that are not matched are left out."""
        now = clock.now().isoformat()
        indicators: list[ReceivedIndicator] = []
        sightings: list[ReceivedSighting] = []
        described: list[ReceivedAdvisory] = []
        refused = []
        expected = _OF_SIGHTINGS if collection == SIGHTINGS else _OURS
        for obj in objects:
            if not isinstance(obj, dict) or obj.get("type") not in expected:
                continue
            if obj.get("id") in self._own or obj.get("created_by_ref") == self._membership.identity:
                continue
            try:
                taken = self._taken(obj, hub, now)
            except StillwatchError as error:
                refused.append(Refusal(str(obj.get("id"))[:120], error.message))
                continue
            if isinstance(taken, ReceivedIndicator):
                indicators.append(taken)
            elif isinstance(taken, ReceivedSighting):
                sightings.append(taken)
            else:
                described.append(taken)
        return Page(
            hub, collection, tuple(indicators), tuple(sightings), tuple(refused), last, now, tuple(described)
        )

    def _taken(
        self, obj: Mapping[str, Any], hub: str, now: str
    ) -> ReceivedIndicator | ReceivedSighting | ReceivedAdvisory:
        """An object whose form holds, with where it came from.

        Raises:
            StillwatchError: its form does not hold, or the hub gives no receipt.
        """
        if obj["type"] == REPORT:
            return advisories.read_advisory(obj, self._origin(obj, hub, now, SignatureState.UNSIGNED))
        thing = from_stix(obj)
        wrong = [
            each for each in self._gate.check(obj, self._situation).refusals if each.rule not in _OF_SENDERS
        ]
        if wrong:
            raise StillwatchError(
                f"{wrong[0].field}: {wrong[0].sentence} ({wrong[0].rule})", code="SW-SHARE-14", where=hub
            )
        origin = self._origin(obj, hub, now, self._signature(obj, thing))
        if isinstance(thing, Indicator):
            return ReceivedIndicator(thing, origin, UNKNOWN, thing.last_week)
        if isinstance(thing, Sighting):
            return ReceivedSighting(thing, origin)
        return advisories.read_advisory(obj, origin)

    def _origin(self, obj: Mapping[str, Any], hub: str, now: str, signature: SignatureState) -> Provenance:
        reporter = str(obj.get("created_by_ref") or self._anonymous)
        return Provenance(
            hub=hub,
            reporter=ANONYMOUS if reporter == self._anonymous else reporter[:120],
            signature=signature,
            version=str(obj.get("modified"))[:40],
            first_received=now,
            last_received=now,
            revoked_at=now if obj.get("revoked") is True and obj["type"] in advisories.TYPES else None,
        )

    def _signature(self, obj: Mapping[str, Any], thing: object) -> SignatureState:
        """What the log says of an indicator; sightings weigh nothing by themselves and are taken as they come."""
        if self._receipts is None or not isinstance(thing, Indicator):
            return SignatureState.UNSIGNED
        return self._receipts.state(obj)
