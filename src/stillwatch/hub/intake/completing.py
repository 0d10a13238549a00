"""Completes a hub's collections once, when it starts: objects of earlier versions have nothing beside them.

What a collection must not have a copy of stays a reference that leads nowhere in it; new ones are refused (``reach``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa

from stillwatch import clock
from stillwatch.hub.intake.beside import copies, publish
from stillwatch.hub.intake.rows import insert, rows_beside
from stillwatch.hub.intake.times import keep_time, last_time
from stillwatch.hub.judging.known import Known
from stillwatch.hub.judging.published import published
from stillwatch.hub.judging.sent import REFERENCES
from stillwatch.hub.rights import COLLECTIONS, Collection
from stillwatch.hub.tables.members import STATE
from stillwatch.hub.tables.objects import OBJECTS
from stillwatch.hub.taxii import moments

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.storage.sql import SqlDatabase

_DONE: Final = "references"
_AT_ONCE: Final = 10_000


def complete(database: SqlDatabase, hub: str) -> int:
    """Put beside stored objects what they refer to, unless that was done before; returns how many were added.

    Args:
        database: the hub's.
        hub: id of the hub's own identity.
    """
    done = sa.select(STATE.c.value).where(STATE.c.name == _DONE)
    with database.read() as connection:
        if connection.execute(done).first() is not None:
            return 0
    with database.write() as connection:
        added = sum(_complete(connection, each, hub) for each in COLLECTIONS)
        if connection.execute(done).first() is None:
            connection.execute(sa.insert(STATE).values(name=_DONE, value=1))
    return added


def _complete(connection: Connection, collection: Collection, hub: str) -> int:
    first = sa.select(OBJECTS.c.member).where(OBJECTS.c.collection == collection.number).limit(1)
    member = connection.scalar(first)
    if member is None:
        return 0
    named = {
        obj[field]
        for obj in _objects(connection, collection)
        for field in REFERENCES
        if field in obj and published(obj[field], hub) is None
    }
    known = Known(connection, 0, [each.number for each in COLLECTIONS], named)
    lacking = [each for each in named if not known.versions(each, collection.number)]
    originals = {known.original(each, collection) for each in lacking} - {None}
    copied = copies(connection, collection.number, [each for each in originals if each is not None])
    here = itertools.chain(_objects(connection, collection), (each.obj for each in copied))
    own = [*publish(known, {collection.number: here}, hub, member), *copied]
    added = last_time(connection, moments.micros(clock.now()))
    insert(connection, rows_beside(own, added), ())
    keep_time(connection, added + len(own))
    return len(own)


def _objects(connection: Connection, collection: Collection) -> Iterator[Mapping[str, Any]]:
    """Every version of every object of a collection."""
    wanted = sa.select(OBJECTS.c.added, OBJECTS.c.content).where(OBJECTS.c.collection == collection.number)
    last = -1
    while True:
        page = wanted.where(OBJECTS.c.added > last).order_by(OBJECTS.c.added).limit(_AT_ONCE)
        rows = connection.execute(page).all()
        if not rows:
            return
        last = rows[-1].added
        for row in rows:
            yield orjson.loads(row.content)
