"""Reads what others reported: page after page, each taken in with its cursor, so that it goes on where it stopped.

Every object is checked on receipt: its form by the gate, its marking, and that it is not one's own word coming back.
What does not hold is put aside with the reason and never weighs anything.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch import clock
from stillwatch.core.indicator import Indicator, Sighting
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.client.receipts import Receipts
from stillwatch.sharing.gate import Gate, Situation
from stillwatch.sharing.stix import from_stix
from stillwatch.storage.received.records import (
    ANONYMOUS,
    Provenance,
    ReceivedIndicator,
    ReceivedSighting,
    SignatureState,
)
from stillwatch.storage.received.store import RETRACTIONS, Applied, Page, ReceivedStore, Refusal

if TYPE_CHECKING:
    from stillwatch.sharing.client.journal import Journal
    from stillwatch.sharing.client.membership import Membership
    from stillwatch.sharing.client.transport import HubConnection

COLLECTIONS: Final = ("indicators", "indicators-open", "sightings")
_OURS: Final = ("indicator", "sighting")
_PAGE: Final = "1000"
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
        for ids, cursor in _retractions(hub, membership.name, store):
            applied += store.retract(membership.name, ids, cursor, clock.now().isoformat())
        for collection in _readable(hub):
            for page in _pages(hub, membership.name, collection, store, reading):
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


def _retractions(
    hub: HubConnection, name: str, store: ReceivedStore
) -> Iterator[tuple[tuple[str, ...], str]]:
    """What was taken back, page by page with its end: whoever is told late of indicators hears of this at once."""
    more = True
    while more:
        cursor = store.cursor(name, RETRACTIONS)
        query = {"limit": _PAGE} | ({"added_after": cursor} if cursor else {})
        answer = hub.get("/v1/retractions", query).body
        try:
            found = [(str(each["id"]), str(each["date_added"])) for each in answer["retractions"]]
        except (KeyError, TypeError):
            raise _endless(name, RETRACTIONS) from None
        more = answer.get("more") is True
        if more and (not found or found[-1][1] == cursor):
            raise _endless(name, RETRACTIONS)
        if found:
            yield tuple(identifier for identifier, _ in found), found[-1][1]


def _endless(name: str, what: str) -> StillwatchError:
    return StillwatchError(
        "the hub's page does not say where it ends",
        code="SW-SHARE-13",
        where=f"{name} {what}",
        exit_code=ExitCode.REMOTE_FAILED,
    )


def _readable(hub: HubConnection) -> list[str]:
    """Aliases of the collections that this member may read and that hold what can be matched."""
    found = hub.get("collections/").body.get("collections", [])
    allowed = {
        str(each.get("alias")) for each in found if isinstance(each, dict) and each.get("can_read") is True
    }
    return [alias for alias in COLLECTIONS if alias in allowed]


def _pages(
    hub: HubConnection, name: str, collection: str, store: ReceivedStore, reading: _Reading
) -> Iterator[Page]:
    """The pages of a collection from its cursor on; the hub's times of addition strictly rise, so none is missed."""
    more = True
    while more:
        cursor = store.cursor(name, collection)
        query = {"limit": _PAGE} | ({"added_after": cursor} if cursor else {})
        answer = hub.get(f"collections/{collection}/objects/", query)
        objects = answer.body.get("objects", [])
        last = answer.headers.get("x-taxii-date-added-last") if objects else None
        more = answer.body.get("more") is True
        if not isinstance(objects, list) or (more and (last is None or last == cursor)):
            raise _endless(name, collection)
        yield reading.page(name, collection, objects, last)


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
        refused = []
        for obj in objects:
            if not isinstance(obj, dict) or obj.get("type") not in _OURS:
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
            else:
                sightings.append(taken)
        return Page(hub, collection, tuple(indicators), tuple(sightings), tuple(refused), last, now)

    def _taken(self, obj: Mapping[str, Any], hub: str, now: str) -> ReceivedIndicator | ReceivedSighting:
        """An object whose form holds, with where it came from.

        Raises:
            StillwatchError: its form does not hold, or the hub gives no receipt.
        """
        thing = from_stix(obj)
        wrong = [
            each for each in self._gate.check(obj, self._situation).refusals if each.rule not in _OF_SENDERS
        ]
        if wrong:
            raise StillwatchError(
                f"{wrong[0].field}: {wrong[0].sentence} ({wrong[0].rule})", code="SW-SHARE-14", where=hub
            )
        reporter = str(obj.get("created_by_ref") or self._anonymous)
        provenance = Provenance(
            hub=hub,
            reporter=ANONYMOUS if reporter == self._anonymous else reporter[:120],
            signature=self._signature(obj, thing),
            version=str(obj.get("modified"))[:40],
            first_received=now,
            last_received=now,
        )
        if isinstance(thing, Indicator):
            return ReceivedIndicator(thing, provenance, UNKNOWN, thing.last_week)
        assert isinstance(thing, Sighting)
        return ReceivedSighting(thing, provenance)

    def _signature(self, obj: Mapping[str, Any], thing: object) -> SignatureState:
        """What the log says of an indicator; sightings weigh nothing by themselves and are taken as they come."""
        if self._receipts is None or not isinstance(thing, Indicator):
            return SignatureState.UNSIGNED
        return self._receipts.state(obj)
