"""Indicators that other members reported: how far each counts today, and one with its curve, sightings and matches."""

from __future__ import annotations

import datetime as dt
import difflib
from typing import TYPE_CHECKING, Any, Final

from stillwatch.console.desks import received
from stillwatch.core.decay import CURVES
from stillwatch.errors import StillwatchError
from stillwatch.sharing.client.described import described, left_on
from stillwatch.storage.received.store import ReceivedStore

if TYPE_CHECKING:
    from stillwatch.console.office import Office
    from stillwatch.storage.received.records import ReceivedIndicator

_STEPS: Final = 48


def theirs(office: Office) -> list[dict[str, Any]]:
    """Every received indicator, what counts most today first."""
    with received(office) as database:
        if database is None:
            return []
        store = ReceivedStore(database)
        matches, sightings = store.matches(), store.sightings()
        day = office.now().date().isoformat()
        found = [described(each, matches, sightings, day) | _value(each) for each in store.indicators()]
    return sorted(found, key=lambda row: (-row["counts"], row["id"]))


def last_read(office: Office) -> list[dict[str, str]]:
    """When each collection was last read."""
    with received(office) as database:
        if database is None:
            return []
        rows = ReceivedStore(database).last_read()
    return [{"hub": hub, "collection": name, "read_ts": ts} for (hub, name), ts in sorted(rows.items())]


def put_aside(office: Office) -> list[dict[str, str]]:
    """What was fetched and not taken, and why."""
    with received(office) as database:
        refused = [] if database is None else ReceivedStore(database).refused()
    return [{"object": each.object_id, "why": each.why} for each in refused]


def one(office: Office, indicator_id: str) -> dict[str, Any]:
    """One received indicator with everything that is known of it.

    Raises:
        StillwatchError: SW-INTEL-01, none of that id was received; the nearest is named.
    """
    with received(office) as database:
        store = None if database is None else ReceivedStore(database)
        found = None if store is None else store.get(indicator_id)
        if store is None or found is None:
            known = [] if store is None else [each.indicator.indicator_id for each in store.indicators()]
            near = difflib.get_close_matches(indicator_id, known, n=1)
            raise StillwatchError(
                "no indicator of that id was received",
                code="SW-INTEL-01",
                where=indicator_id[:80],
                hint=f"did you mean {near[0]}?" if near else "look at the list",
            )
        matches, sightings = store.matches(), store.sightings(indicator_id)
    today = office.now().date()
    indicator = found.indicator
    curve = CURVES[indicator.kind]
    return {
        **described(found, matches, sightings, today.isoformat()),
        **_value(found),
        "first_week": indicator.first_week,
        "last_week": indicator.last_week,
        "detectors": [f"{each.name} {each.version}" for each in indicator.detectors],
        "lifetime_days": curve.lifetime,
        "decay": [{"day": day.isoformat(), "left": round(left, 4)} for day, left in points(found)],
        "said": [
            {
                "kind": each.sighting.kind.value,
                "by": each.provenance.reporter,
                "week": each.sighting.week,
                "accounts": each.sighting.accounts.value if each.sighting.accounts else "",
                "signature": each.provenance.signature.value,
            }
            for each in sightings
        ],
        "met_here": [
            {
                "by": each.pivot.value,
                "value": each.value,
                "first_ts": each.first_ts,
                "last_ts": each.last_ts,
                "exchanges": each.exchanges,
            }
            for each in matches
            if each.indicator_id == indicator_id
        ],
    }


def points(found: ReceivedIndicator) -> list[tuple[dt.date, float]]:
    """What is left of it from the day it was last seen until it is nothing; a few dozen days."""
    first = dt.date.fromisoformat(found.seen_week) + dt.timedelta(days=7)
    until = dt.date.fromisoformat(found.indicator.valid_until)
    dead = first + dt.timedelta(days=CURVES[found.indicator.kind].lifetime)
    last = max(min(until, dead), first + dt.timedelta(days=1))
    step = max(1, (last - first).days // _STEPS)
    days = [first + dt.timedelta(days=n) for n in range(0, (last - first).days, step)]
    return [*((day, left_on(found, day)) for day in days), (last, 0.0)]


def _value(found: ReceivedIndicator) -> dict[str, str]:
    return {"value": found.indicator.value}
