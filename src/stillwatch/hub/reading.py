"""Pages of a collection: which objects a question means, in the order in which they were added.

A page is found by key, never by counting rows, so the last page of a large collection costs what the first one does.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import sqlalchemy as sa

from stillwatch.hub.lookup import key_of
from stillwatch.hub.tables.objects import OBJECTS, OF_THE_HUB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from stillwatch.hub.taxii.filters import Filters

_WORDS: Final = frozenset({"first", "last", "all"})
_BEFORE_ALL: Final = -1
_Columns: TypeAlias = tuple[sa.Column[Any], ...]
_CONTENT: Final = (OBJECTS.c.added, OBJECTS.c.content)
_MANIFEST: Final = (OBJECTS.c.added, OBJECTS.c.id, OBJECTS.c.version)
_VERSION: Final = (OBJECTS.c.added, OBJECTS.c.version)
_FEED: Final = (OBJECTS.c.added, OBJECTS.c.id, OBJECTS.c.version, OBJECTS.c.collection)


class Later(NamedTuple):
    """What a member is not told at once.

    Attributes:
        until: of what was added later than this, in microseconds since 1970, it is not told yet.
        copies: that holds only for copies of indicators; the rest of the collection is told at once.
    """

    until: int
    copies: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """A part of an answer.

    Attributes:
        rows: the objects, oldest first; each begins with when it was added.
        more: whether others follow.
    """

    rows: Sequence[Row[Any]]
    more: bool

    @property
    def first(self) -> int | None:
        """When the first object was added; None on an empty page."""
        return self.rows[0].added if self.rows else None

    @property
    def last(self) -> int | None:
        """When the last object was added; None on an empty page."""
        return self.rows[-1].added if self.rows else None


def objects(
    connection: Connection,
    collection: int,
    member: int,
    filters: Filters,
    place: int | None,
    later: Later | None = None,
) -> Page:
    """Objects as they are given out.

    Args:
        connection: in a reading transaction.
        collection: its number.
        member: who asks; an object of its own is also found by the id that it was sent with.
        filters: the question.
        place: where the page before ended.
        later: what is not told yet; None where everything is. By their ids, one's own objects and what was taken back
            are found all the same.
    """
    return _page(connection, _CONTENT, collection, member, filters, place, later)


def manifest(
    connection: Connection,
    collection: int,
    member: int,
    filters: Filters,
    place: int | None,
    later: Later | None = None,
) -> Page:
    """What there is of the objects, without them."""
    return _page(connection, _MANIFEST, collection, member, filters, place, later)


def versions(
    connection: Connection,
    collection: int,
    member: int,
    filters: Filters,
    place: int | None,
    later: Later | None = None,
) -> Page:
    """Versions of the objects that the filters name."""
    return _page(connection, _VERSION, collection, member, filters, place, later)


def exists(
    connection: Connection, collection: int, member: int, ids: frozenset[str], later: Later | None = None
) -> bool:
    """Whether a collection has an object of one of these ids; ``later`` as in `objects`."""
    query = sa.select(OBJECTS.c.added).where(_named(), OBJECTS.c.collection == collection)
    if later is not None:
        query = query.where(_found(later.until, member, copies=later.copies))
    return connection.execute(query.limit(1), _ids(ids, member)).first() is not None


def retractions(connection: Connection, collections: tuple[int, ...], after: int | None, limit: int) -> Page:
    """Retracted objects of some collections, in the order in which the retractions came."""
    sent = OBJECTS.c.submission != OF_THE_HUB  # a copy is taken back with its original
    query: sa.Select[Any] = sa.select(*_FEED).where(
        OBJECTS.c.revoked, OBJECTS.c.collection.in_(collections), sent
    )
    if after is not None:
        query = query.where(OBJECTS.c.added > after)
    return _cut(connection.execute(query.order_by(OBJECTS.c.added).limit(limit + 1)).all(), limit)


def _page(
    connection: Connection,
    columns: _Columns,
    collection: int,
    member: int,
    filters: Filters,
    place: int | None,
    later: Later | None,
) -> Page:
    if not filters.spec or filters.ids == frozenset() or filters.types == frozenset():
        return Page((), more=False)
    times = filters.versions - _WORDS
    after = max((each for each in (filters.added_after, place) if each is not None), default=_BEFORE_ALL)
    query = _query(
        columns,
        filters.versions & _WORDS,
        times=bool(times),
        ids=filters.ids is not None,
        types=filters.types is not None,
        later=None if later is None else later.copies,
    )
    values: dict[str, Any] = {"collection": collection, "after": after, "most": filters.limit + 1}
    if times:
        values["times"] = sorted(times)
    if filters.ids is not None:
        values |= _ids(filters.ids, member)
    if filters.types is not None:
        values["types"] = sorted(filters.types)
    if later is not None:
        values["until"] = later.until
    return _cut(connection.execute(query, values).all(), filters.limit)


@functools.lru_cache(maxsize=256)
def _query(
    columns: _Columns, words: frozenset[str], *, times: bool, ids: bool, types: bool, later: bool | None
) -> sa.Select[Any]:
    """A question without its values; putting it together takes longer than a poll that finds nothing."""
    query = sa.select(*columns).where(
        OBJECTS.c.collection == sa.bindparam("collection"), OBJECTS.c.added > sa.bindparam("after")
    )
    if ids:
        query = query.where(_named())
    if types:
        query = query.where(OBJECTS.c.type.in_(sa.bindparam("types", expanding=True)))
    if later is not None and ids:
        query = query.where(_found(sa.bindparam("until"), sa.bindparam("member"), copies=later))
    elif (
        later is not None
    ):  # pages go by time: what stands beyond must not be passed over by what is told of it
        query = query.where(_told(sa.bindparam("until"), copies=later))
    if "all" not in words:
        query = query.where(_of_versions(words, times=times))
    return query.order_by(OBJECTS.c.added).limit(sa.bindparam("most"))


def _named() -> sa.ColumnElement[bool]:
    """Objects of these ids: the hub's, or those that the member itself gave (see `_ids`)."""
    ids: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
    keys: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
    ours = sa.and_(OBJECTS.c.id_key.in_(keys), OBJECTS.c.id.in_(ids))
    own = sa.and_(OBJECTS.c.sent_key.in_(keys), OBJECTS.c.sent_id.in_(ids))
    return sa.or_(ours, sa.and_(own, OBJECTS.c.member == sa.bindparam("member")))


def _ids(ids: frozenset[str], member: int) -> dict[str, Any]:
    return {"ids": sorted(ids), "keys": sorted(map(key_of, ids)), "member": member}


def _told(until: Any, *, copies: bool) -> sa.ColumnElement[bool]:
    """What is told already; see `Later`."""
    told: sa.ColumnElement[bool] = OBJECTS.c.added <= until
    if not copies:
        return told
    return sa.or_(told, OBJECTS.c.submission != OF_THE_HUB, OBJECTS.c.type != "indicator")


def _found(until: Any, member: Any, *, copies: bool) -> sa.ColumnElement[bool]:
    """What is found by its id by a member that is told later."""
    return sa.or_(_told(until, copies=copies), OBJECTS.c.revoked, OBJECTS.c.member == member)


def _of_versions(words: frozenset[str], *, times: bool) -> sa.ColumnElement[bool]:
    alternatives: list[Any] = []
    if "last" in words:
        alternatives.append(OBJECTS.c.latest)
    if "first" in words:
        alternatives.append(OBJECTS.c.first)
    if times:
        alternatives.append(OBJECTS.c.version.in_(sa.bindparam("times", expanding=True)))
    return sa.or_(*alternatives)


def _cut(rows: Sequence[Row[Any]], limit: int) -> Page:
    """One row more than asked for tells whether others follow."""
    return Page(rows[:limit], more=len(rows) > limit)
