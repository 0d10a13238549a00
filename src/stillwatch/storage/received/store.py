"""The received store: what a pull brought, written in one transaction with how far the pull came.

Filled by ``sharing.client``, read by ``intel`` and, through `marks`, by detection. A version that is older than the
one at hand changes nothing, so a page that is read twice is harmless; a retraction stands even if an older version
comes after it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from stillwatch.core.indicator import SightingKind
from stillwatch.storage.received.pages import Applied, Page, Refusal
from stillwatch.storage.received.records import (
    Match,
    ReceivedAdvisory,
    ReceivedIndicator,
    ReceivedSighting,
    SignatureState,
)
from stillwatch.storage.received.rows import (
    advisory_of,
    indicator_of,
    match_of,
    sighting_of,
)
from stillwatch.storage.received.tables import (
    ADVISORIES,
    CURSORS,
    INDICATORS,
    MATCHES,
    METADATA,
    REFUSED,
    SIGHTINGS,
)
from stillwatch.storage.received.taking import put, same, take_advisories, take_indicators, take_sightings
from stillwatch.storage.sql import Family, SqlDatabase, database_url

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["FAMILY", "RETRACTIONS", "Applied", "Page", "ReceivedStore", "Refusal", "open_sharing"]

RETRACTIONS: Final = "retractions"
"""What the cursor of the feed of retractions is called; no collection has that alias."""

FAMILY: Final = Family("sharing", METADATA, "stillwatch.storage.received.migrations")


def open_sharing(place: str | Path) -> SqlDatabase:
    """The database of a member's side of sharing, made where it is not there, brought up to date.

    Raises:
        StillwatchError: it cannot be opened.
    """
    database = SqlDatabase(database_url(place), FAMILY)
    database.upgrade()
    return database


class ReceivedStore:
    """Indicators and sightings of other members.

    Args:
        database: of the family `FAMILY`.
    """

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database

    def cursor(self, hub: str, collection: str) -> str | None:
        """Up to which ``date_added`` a collection was read; None before the first page."""
        with self._database.read() as connection:
            return connection.execute(
                sa.select(CURSORS.c.added_after).where(
                    CURSORS.c.hub == hub, CURSORS.c.collection == collection
                )
            ).scalar()

    def last_read(self) -> dict[tuple[str, str], str]:
        """When each collection was last read, by hub and collection."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(CURSORS.c.hub, CURSORS.c.collection, CURSORS.c.read_at))
            return {(row.hub, row.collection): row.read_at for row in rows}

    def apply(self, page: Page) -> Applied:
        """Take a page in, and the cursor with it: both are on disk afterwards, or neither."""
        with self._database.write() as connection:
            applied = take_indicators(connection, page.indicators)
            applied += take_sightings(connection, page.sightings)
            applied += take_advisories(connection, page.advisories)
            for refusal in page.refused:
                put(
                    connection,
                    REFUSED,
                    {
                        "hub": page.hub,
                        "object_id": refusal.object_id,
                        "why": refusal.why,
                        "received": page.read_at,
                    },
                )
            if page.added_after is not None:
                put(
                    connection,
                    CURSORS,
                    {
                        "hub": page.hub,
                        "collection": page.collection,
                        "added_after": page.added_after,
                        "read_at": page.read_at,
                    },
                )
            else:
                connection.execute(
                    CURSORS.update()
                    .where(CURSORS.c.hub == page.hub, CURSORS.c.collection == page.collection)
                    .values(read_at=page.read_at)
                )
        return applied

    def retract(self, hub: str, ids: Sequence[str], cursor: str, now: str) -> Applied:
        """Carry retractions out that came ahead of their objects, with how far the feed of them was read.

        Args:
            hub: its name.
            ids: what was taken back; what was never received is passed over.
            cursor: ``date_added`` of the last of them.
            now: RFC 3339.
        """
        with self._database.write() as connection:
            known = sa.and_(INDICATORS.c.hub == hub, INDICATORS.c.indicator_id.in_(ids))
            standing = sa.select(INDICATORS.c.indicator_id).where(known, INDICATORS.c.revoked_at.is_(None))
            found = sorted(row.indicator_id for row in connection.execute(standing))
            there = INDICATORS.c.indicator_id.in_(found)
            connection.execute(INDICATORS.update().where(there).values(revoked=True, revoked_at=now))
            for table, column in (
                (SIGHTINGS, SIGHTINGS.c.sighting_id),
                (ADVISORIES, ADVISORIES.c.advisory_id),
            ):
                of_hub = sa.and_(table.c.hub == hub, column.in_(ids), table.c.revoked_at.is_(None))
                connection.execute(table.update().where(of_hub).values(revoked_at=now))
            row = {"hub": hub, "collection": RETRACTIONS, "added_after": cursor, "read_at": now}
            put(connection, CURSORS, row)
        return Applied(changed=len(found), revoked=tuple(found))

    def indicators(self, *, today: str | None = None) -> list[ReceivedIndicator]:
        """Indicators, newest first.

        Args:
            today: ``YYYY-MM-DD``: leaves out what was revoked or has run out by then; None gives all.
        """
        query = sa.select(INDICATORS).order_by(INDICATORS.c.first_received.desc(), INDICATORS.c.indicator_id)
        if today is not None:
            query = query.where(sa.not_(INDICATORS.c.revoked), INDICATORS.c.valid_until >= today)
        with self._database.read() as connection:
            seen = _latest_seen(connection)
            rows = connection.execute(query).mappings()
            return [indicator_of(row, seen.get(row["indicator_id"])) for row in rows]

    def get(self, indicator_id: str) -> ReceivedIndicator | None:
        """One indicator; None where none has this id."""
        with self._database.read() as connection:
            row = (
                connection.execute(sa.select(INDICATORS).where(INDICATORS.c.indicator_id == indicator_id))
                .mappings()
                .first()
            )
            return None if row is None else indicator_of(row, _latest_seen(connection).get(indicator_id))

    def sightings(self, indicator_id: str | None = None) -> list[ReceivedSighting]:
        """Sightings that stand, of one indicator or of all, oldest first."""
        query = sa.select(SIGHTINGS).where(SIGHTINGS.c.revoked_at.is_(None)).order_by(SIGHTINGS.c.version)
        if indicator_id is not None:
            query = query.where(SIGHTINGS.c.indicator_id == indicator_id)
        with self._database.read() as connection:
            return [sighting_of(row) for row in connection.execute(query).mappings()]

    def advisories(self, *, standing: bool = True) -> list[ReceivedAdvisory]:
        """Advisories, newest first; also those that were taken back where ``standing`` is False."""
        query = sa.select(ADVISORIES).order_by(ADVISORIES.c.first_received.desc(), ADVISORIES.c.advisory_id)
        if standing:
            query = query.where(ADVISORIES.c.revoked_at.is_(None))
        with self._database.read() as connection:
            return [advisory_of(row) for row in connection.execute(query).mappings()]

    def refused(self) -> list[Refusal]:
        """Objects that were pulled and not taken."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(REFUSED).order_by(REFUSED.c.received, REFUSED.c.object_id))
            return [Refusal(row.object_id, row.why) for row in rows]

    def weigh(self, weights: Mapping[str, float]) -> None:
        """Set the weight of indicators by id, as trust in their reporters changes."""
        with self._database.write() as connection:
            for indicator_id, weight in weights.items():
                connection.execute(
                    INDICATORS.update()
                    .where(INDICATORS.c.indicator_id == indicator_id)
                    .values(weight=min(max(weight, 0.0), 1.0))
                )

    def unacknowledged(self, hub: str) -> list[str]:
        """Ids of indicators whose retraction was carried out here and not yet acknowledged to the hub."""
        query = sa.select(INDICATORS.c.indicator_id).where(
            INDICATORS.c.hub == hub,
            INDICATORS.c.revoked_at.is_not(None),
            INDICATORS.c.acknowledged_at.is_(None),
        )
        with self._database.read() as connection:
            return [row.indicator_id for row in connection.execute(query.order_by(INDICATORS.c.indicator_id))]

    def acknowledged(self, indicator_ids: Sequence[str], ts: str) -> None:
        """Note that the hub was told."""
        with self._database.write() as connection:
            connection.execute(
                INDICATORS.update()
                .where(INDICATORS.c.indicator_id.in_(indicator_ids))
                .values(acknowledged_at=ts)
            )

    def record_matches(self, matches: Iterable[Match]) -> None:
        """Keep what was met in one's own traffic; a match that is known grows."""
        with self._database.write() as connection:
            for match in matches:
                row = {**dataclasses.asdict(match), "pivot": match.pivot.value}
                key = same(MATCHES, row)
                before = connection.execute(sa.select(MATCHES).where(key)).mappings().first()
                if before is not None:
                    row["first_ts"] = min(row["first_ts"], before["first_ts"])
                    row["last_ts"] = max(row["last_ts"], before["last_ts"])
                    row["exchanges"] = max(row["exchanges"], before["exchanges"])
                put(connection, MATCHES, row)

    def matches(self) -> list[Match]:
        """Everything that was met in one's own traffic, also of indicators that were revoked since."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(MATCHES).order_by(*MATCHES.primary_key.columns)).mappings()
            return [match_of(row) for row in rows]


def _latest_seen(connection: Connection) -> dict[str, str]:
    """Latest week of a sighting ``seen`` by indicator; an invalid signature says nothing."""
    rows = connection.execute(
        sa.select(SIGHTINGS.c.indicator_id, sa.func.max(SIGHTINGS.c.week))
        .where(
            SIGHTINGS.c.kind == SightingKind.SEEN.value,
            SIGHTINGS.c.revoked_at.is_(None),
            SIGHTINGS.c.signature != SignatureState.INVALID.value,
        )
        .group_by(SIGHTINGS.c.indicator_id)
    )
    return {row[0]: row[1] for row in rows}
