"""What is put beside the objects of a submission, so that every reference leads to something in the same collection.

Two kinds of objects: what is published and the same everywhere (see ``judging.published``), and copies of what members
sent to another collection, where everybody who reads the copy may read the original. No member sends either; a copy
follows its original, retractions included. They stand before what refers to them, so that whoever reads page by page
has them first.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from stillwatch.hub.judging.limits import canonical
from stillwatch.hub.judging.published import needed
from stillwatch.hub.judging.sent import DIGEST_BYTES
from stillwatch.hub.lookup import among
from stillwatch.hub.tables.objects import OBJECTS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.hub.judging.gatekeeper import Passed
    from stillwatch.hub.judging.known import Known
    from stillwatch.sharing.stix.names import StixObject

_ORIGINALS = (
    f"SELECT added, member, content, sent_id, sent_version, sent_digest FROM {OBJECTS.name} WHERE added "
)


class Beside(NamedTuple):
    """One object that the hub adds by itself.

    Attributes:
        collection: number of the collection it is added to.
        member: of a copy whoever sent it; of what is published whoever was the first to refer to it.
        earlier: when the version was added that this one replaces; None for a new object.
    """

    collection: int
    obj: Mapping[str, Any]
    content: bytes
    member: int
    sent_id: str
    sent_version: str
    sent_digest: bytes
    earlier: int | None = None


def beside(
    connection: Connection, hub: str, known: Known, new: list[Passed], collection: int, member: int
) -> list[Beside]:
    """What has to be added with new objects of a submission.

    Args:
        connection: in the transaction that stores them.
        hub: id of the hub's own identity.
        known: what the hub has; looks up more.
        new: the objects.
        collection: its number.
        member: number of whoever sent them.
    """
    if not new:
        return []
    copied = copies(connection, collection, {added for each in new for added in each.beside})
    followed = _following(known, new, collection, member)
    here: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    here[collection] = [each.obj for each in new if each.obj is not None]
    for each in (*copied, *followed):
        here[each.collection].append(each.obj)
    return [*publish(known, here, hub, member), *copied, *followed]


def copies(connection: Connection, collection: int, originals: Iterable[int]) -> list[Beside]:
    """Copies for a collection of what stands in others.

    Args:
        connection: in a transaction.
        collection: number of the collection that gets them.
        originals: when they were added.
    """
    found = []
    for row in among(connection, _ORIGINALS, sorted(originals)):
        content = bytes(row.content)
        obj = orjson.loads(content)
        found.append(
            Beside(
                collection,
                obj,
                content,
                row.member,
                row.sent_id,
                row.sent_version,
                bytes(row.sent_digest),
            )
        )
    return found


def publish(
    known: Known, objects: Mapping[int, Iterable[Mapping[str, Any]]], hub: str, member: int
) -> list[Beside]:
    """What is published and missing in collections with these objects."""
    wanted = {collection: needed(some, hub) for collection, some in objects.items()}
    known.look_up({identifier for some in wanted.values() for identifier in some})
    return [
        _published(collection, obj, member)
        for collection, some in wanted.items()
        for identifier, obj in some.items()
        if not known.versions(identifier, collection)
    ]


def _published(collection: int, obj: StixObject, member: int) -> Beside:
    content = canonical(obj)
    version = str(obj.get("modified") or obj["created"])
    digest = hashlib.sha256(content).digest()[:DIGEST_BYTES]
    return Beside(collection, obj, content, member, obj["id"], version, digest)


def _following(known: Known, new: list[Passed], collection: int, member: int) -> list[Beside]:
    """New versions of what was copied to other collections."""
    last = {each.id: each for each in new if each.earlier is not None and each.obj is not None}
    return [
        Beside(
            place,
            each.obj,
            canonical(each.obj),
            member,
            each.sent_id,
            each.sent_version,
            each.sent_digest,
            earlier,
        )
        for each in last.values()
        if each.obj is not None
        for place, earlier in known.copies(each.id)
        if place != collection
    ]
