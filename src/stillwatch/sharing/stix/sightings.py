"""Sightings as STIX ``sighting`` objects: seen, wrong, or out of date.

STIX counts a sighting as positive unless its count is zero, so what is ``false-positive`` or ``expired`` has count 0:
an importer that knows no extension does not take it for a confirmation.
"""

from __future__ import annotations

from typing import Any

from stillwatch.core.indicator import CountClass, Sighting, SightingKind
from stillwatch.sharing.stix.frame import extended, framed
from stillwatch.sharing.stix.markings import marking_of
from stillwatch.sharing.stix.moments import midnight
from stillwatch.sharing.stix.names import SIGHTING, StixObject
from stillwatch.sharing.stix.reading import extension, strings, take, word


def sighting_to_stix(sighting: Sighting, author: str, day: str) -> StixObject:
    """A sighting as a STIX object."""
    own: dict[str, Any] = {"kind": sighting.kind.value, "week": sighting.week}
    if sighting.accounts is not None:
        own["accounts"] = sighting.accounts.value
    properties: dict[str, Any] = {
        "first_seen": midnight(sighting.week),
        "last_seen": midnight(sighting.week),
        "sighting_of_ref": sighting.indicator_id,
        "where_sighted_refs": [author],  # OpenCTI's importer fails on a sighting without one
        "extensions": extended("sighting", own),
    }
    if sighting.kind is not SightingKind.SEEN:
        properties["count"] = 0
    return framed(sighting.sighting_id, author, day, sighting.marking, False, properties)


def sighting_from_stix(obj: StixObject) -> Sighting:
    """The sighting that a STIX object holds.

    Raises:
        StillwatchError: SW-STIX-02 where it holds none.
    """
    own = extension(obj, SIGHTING)
    return Sighting(
        sighting_id=take(obj, "id", str),
        indicator_id=take(obj, "sighting_of_ref", str),
        kind=word(own, "kind", SightingKind),
        week=take(own, "week", str),
        accounts=word(own, "accounts", CountClass) if "accounts" in own else None,
        marking=marking_of(strings(obj, "object_marking_refs")),
    )
