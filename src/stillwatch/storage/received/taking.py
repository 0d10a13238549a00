"""Takes received objects in, one by one, within the transaction of their page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from stillwatch.storage.received.pages import Applied
from stillwatch.storage.received.rows import advisory_row, indicator_row, sighting_row
from stillwatch.storage.received.tables import ADVISORIES, INDICATORS, SIGHTINGS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.storage.received.records import ReceivedAdvisory, ReceivedIndicator, ReceivedSighting


def take_indicators(connection: Connection, found: Sequence[ReceivedIndicator]) -> Applied:
    """Indicators that are new or newer; retractions among them are noted."""
    new, changed, revoked = 0, 0, []
    for received in found:
        row = indicator_row(received)
        before = _known(connection, INDICATORS, row)
        if before is not None:
            if not _newer(row, before):
                continue
            row["first_received"] = before["first_received"]
            changed += 1
        else:
            new += 1
        if row["revoked"]:
            row["revoked_at"] = row["revoked_at"] or row["last_received"]
            revoked.append(row["indicator_id"])
        put(connection, INDICATORS, row)
    return Applied(new, changed, tuple(revoked))


def take_sightings(connection: Connection, found: Sequence[ReceivedSighting]) -> Applied:
    """Sightings that are new or newer."""
    new = 0
    for received in found:
        row = sighting_row(received)
        before = _known(connection, SIGHTINGS, row)
        if before is not None:
            if not _newer(row, before):
                continue
            row["first_received"] = before["first_received"]
        else:
            new += 1
        put(connection, SIGHTINGS, row)
    return Applied(sightings=new)


def take_advisories(connection: Connection, found: Sequence[ReceivedAdvisory]) -> Applied:
    """Advisories that are new or newer."""
    new = 0
    for received in found:
        row = advisory_row(received)
        before = _known(connection, ADVISORIES, row)
        if before is not None:
            if not _newer(row, before):
                continue
            row["first_received"] = before["first_received"]
        else:
            new += 1
        put(connection, ADVISORIES, row)
    return Applied(advisories=new)


def _newer(row: Mapping[str, Any], before: sa.RowMapping) -> bool:
    """Whether a version replaces the one at hand: a later one does, unless that one was taken back for good."""
    return row["version"] > before["version"] and before["revoked_at"] is None


def _known(connection: Connection, table: sa.Table, row: Mapping[str, Any]) -> sa.RowMapping | None:
    return connection.execute(sa.select(table).where(same(table, row))).mappings().first()


def same(table: sa.Table, row: Mapping[str, Any]) -> sa.ColumnElement[bool]:
    """The row's primary key as a condition."""
    return sa.and_(*(column == row[column.name] for column in table.primary_key.columns))


def put(connection: Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Insert a row, or replace the one with its key."""
    if not connection.execute(table.update().where(same(table, row)).values(**row)).rowcount:
        connection.execute(table.insert().values(**row))
