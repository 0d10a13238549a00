"""Reads what others reported: page after page, each taken in with its cursor, so that it goes on where it stopped.

Every object is checked on receipt: its form by the gate, its marking, and that it is not one's own word coming back.
What does not hold is put aside with the reason and never weighs anything.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch import clock
from stillwatch.core.indicator import Indicator, Sighting
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.gate import Gate, Situation
from stillwatch.sharing.stix import from_stix
from stillwatch.storage.received.records import (
    ANONYMOUS,
    Provenance,
    ReceivedIndicator,
    ReceivedSighting,
    SignatureState,
)
from stillwatch.storage.received.store import Applied, Page, ReceivedStore, Refusal

if TYPE_CHECKING:
    from stillwatch.sharing.client.journal import Journal
    from stillwatch.sharing.client.membership import Membership
    from stillwatch.sharing.client.transport import HubConnection

COLLECTIONS: Final = ("indicators", "indicators-open", "sightings")
_OURS: Final = ("indicator", "sighting")
_PAGE: Final = "1000"


@dataclasses.dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought.

    Attributes:
        applied: what it changed.
        refused: objects that were put aside.
        pages: pages that were read.
        trouble: why it ended early; None where it came to the end.
    """

    applied: Applied
    refused: tuple[Refusal, ...]
    pages: int
    trouble: StillwatchError | None = None


def pull(
    hub: HubConnection, membership: Membership, store: ReceivedStore, journal: Journal, gate: Gate
) -> Pulled:
    """Read everything that was added since the last pull.

    A page that was taken in stays taken in, whatever happens afterwards.
    """
    applied, refused, pages = Applied(), [], 0
    reading = _Reading(membership, gate, frozenset(journal.own_ids()))
    try:
        for collection in _readable(hub):
            for page in _pages(hub, membership.name, collection, store, reading):
                applied += store.apply(page)
                refused += page.refused
                pages += 1
    except StillwatchError as error:
        return Pulled(applied, tuple(refused), pages, error)
    return Pulled(applied, tuple(refused), pages)


def _readable(hub: HubConnection) -> list[str]:
    """Aliases of the collections that this member may read and that hold what can be matched."""
    found = hub.get("collections/").body.get("collections", [])
    allowed = {str(each.get("alias")) for each in found if isinstance(each, dict) and each.get("can_read") is True}
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
            raise StillwatchError(
                "the hub's page does not say where it ends",
                code="SW-SHARE-13",
                where=f"{name} {collection}",
                exit_code=ExitCode.REMOTE_FAILED,
            )
        yield reading.page(name, collection, objects, last)


class _Reading:
    """Turns objects of the hub into rows, or into reasons why not."""

    def __init__(self, membership: Membership, gate: Gate, own: frozenset[str]) -> None:
        self._membership = membership
        self._gate = gate
        self._own = own
        self._situation = dataclasses.replace(Situation.now(), today=datetime.date.max)

    def page(self, hub: str, collection: str, objects: list[Any], last: str | None) -> Page:
        """One page; own objects and types that are not matched are left out."""
        now = clock.now().isoformat()
        indicators, sightings, refused = [], [], []
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
        thing = from_stix(obj)
        answer = self._gate.form(obj) if hasattr(self._gate, "form") else None
        assert answer is None
        provenance = Provenance(
            hub=hub,
            reporter=str(obj.get("created_by_ref") or ANONYMOUS)[:120],
            signature=SignatureState.UNSIGNED,
            version=str(obj.get("modified"))[:40],
            first_received=now,
            last_received=now,
        )
        if isinstance(thing, Indicator):
            return ReceivedIndicator(thing, provenance, 0.5, thing.last_week)
        assert isinstance(thing, Sighting)
        return ReceivedSighting(thing, provenance)
