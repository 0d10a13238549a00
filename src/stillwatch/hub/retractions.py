"""Who knows of a retraction: members say so once they have carried it out, and its sender can see who has not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from stillwatch import clock
from stillwatch.hub import lookup
from stillwatch.hub.rights import BY_NUMBER, MemberKind, readable, readers
from stillwatch.hub.tables.objects import ACKNOWLEDGEMENTS, OBJECTS, OF_THE_HUB
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.hub.members import Directory, Member
    from stillwatch.storage.ledger import Ledger
    from stillwatch.storage.sql import SqlDatabase

KIND: Final = "retractions-acknowledged"


def acknowledge(database: SqlDatabase, ledger: Ledger, member: Member, ids: list[str]) -> int:
    """Note that a member has carried out retractions; ids that mean nothing to it are passed over.

    Returns:
        How many were new.
    """
    now = clock.now().isoformat(timespec="seconds")
    with database.write() as connection:
        found = sa.select(OBJECTS.c.id).where(
            lookup.named(ids), OBJECTS.c.revoked, OBJECTS.c.collection.in_(readable(member.kind))
        )
        there = {row.id for row in connection.execute(found)}
        known = sa.select(ACKNOWLEDGEMENTS.c.id).where(
            ACKNOWLEDGEMENTS.c.member == member.number, ACKNOWLEDGEMENTS.c.id.in_(there)
        )
        new = sorted(there - {row.id for row in connection.execute(known)})
        if new:
            rows = [{"id": each, "member": member.number, "acknowledged": now} for each in new]
            connection.execute(sa.insert(ACKNOWLEDGEMENTS), rows)
            ledger.append(connection, [Entry(KIND, member.identity, member.identity, now, {"ids": new})])
    return len(new)


def standing(
    database: SqlDatabase, directory: Directory, member: Member, identifier: str
) -> dict[str, Any] | None:
    """Who has acknowledged a retraction and who has not; None where it is none of this member's.

    Args:
        database: the hub's.
        directory: its members.
        member: who asks.
        identifier: the hub's id, or the one that its sender gave.
    """
    with database.read() as connection:
        row = connection.execute(_retraction(member, identifier)).first()
        if row is None:
            return None
        said = _said(connection, row.id)
    kinds = set(readers(BY_NUMBER[row.collection]))
    concerned = [
        each
        for each in directory.members
        if each.kind in kinds and each.suspended is None and each.number != row.member
    ]
    return {
        "id": row.id,
        "acknowledged": [
            {"member": each.name, "ts": said[each.number]} for each in concerned if each.number in said
        ],
        "pending": [each.name for each in concerned if each.number not in said],
    }


def _retraction(member: Member, identifier: str) -> sa.Select[Any]:
    named = sa.or_(lookup.named([identifier]), lookup.sent_as([identifier]))
    query = sa.select(OBJECTS.c.id, OBJECTS.c.collection, OBJECTS.c.member).where(
        named, OBJECTS.c.revoked, OBJECTS.c.submission != OF_THE_HUB
    )
    if member.kind is not MemberKind.AUDITOR:
        query = query.where(OBJECTS.c.member == member.number)
    return query.limit(1)


def _said(connection: Connection, identifier: str) -> dict[int, str]:
    query = sa.select(ACKNOWLEDGEMENTS).where(ACKNOWLEDGEMENTS.c.id == identifier)
    return {row.member: row.acknowledged for row in connection.execute(query)}
