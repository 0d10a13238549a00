"""TAXII 2.1, sections 5.3 to 5.8: manifest, objects, versions; adding objects, and why none is deleted."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.errors import StillwatchError
from stillwatch.hub import reading
from stillwatch.hub.api.parameters import (
    COLLECTION,
    OBJECT,
    OF_OBJECT,
    OF_PAGES,
    OF_VERSIONS,
    SPEC,
    VERSIONS,
    named,
)
from stillwatch.hub.intake.arrival import arrive
from stillwatch.hub.replies import ready_made
from stillwatch.hub.rights import Scope
from stillwatch.hub.routes import Body, Call, Route
from stillwatch.hub.taxii import filters as filters_
from stillwatch.hub.taxii import moments, resources
from stillwatch.hub.taxii.filters import read_filters
from stillwatch.hub.taxii.forms import stix_id
from stillwatch.hub.taxii.media import STIX, TAXII

if TYPE_CHECKING:
    from starlette.responses import Response

    from stillwatch.hub.live import LiveHub
    from stillwatch.hub.reading import Page

_ADDED: Final = ("X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last")
_WRONG: Final = {400: "a filter cannot be used", 404: "there is no such collection or object for this member"}


async def objects(hub: LiveHub, call: Call) -> Response:
    """Objects of a collection, a page at a time."""
    return await _paged(hub, call, b"objects", reading.objects, _content)


async def manifest(hub: LiveHub, call: Call) -> Response:
    """What there is, without the objects themselves."""
    return await _paged(hub, call, b"manifest", reading.manifest, _listed)


async def one_object(hub: LiveHub, call: Call) -> Response:
    """One object."""
    return await _paged(hub, call, b"object", reading.objects, _content, filters_.OF_OBJECT)


async def versions(hub: LiveHub, call: Call) -> Response:
    """The versions of one object."""
    return await _paged(hub, call, b"versions", reading.versions, _versions, filters_.OF_VERSIONS)


async def add(hub: LiveHub, call: Call) -> Response:
    """Take objects in."""
    return await arrive(hub, call, named(call, write=True))


async def delete(_hub: LiveHub, call: Call) -> Response:
    """Refuse: what was taken back has to stay visible as taken back."""
    named(call)
    read_filters(call.request.query_params.multi_items(), filters_.OF_DELETE)
    raise StillwatchError(
        "nothing is deleted here",
        code="SW-HUB-17",
        hint="take an object back with a new version of it that has `revoked: true`",
    )


async def _paged(
    hub: LiveHub,
    call: Call,
    purpose: bytes,
    look: Callable[..., Page],
    write: Callable[[Page], list[bytes]],
    allowed: frozenset[str] | None = None,
) -> Response:
    """One page of an answer.

    Args:
        hub: the hub.
        call: the request.
        purpose: which endpoint; paging tokens of one do not fit another.
        look: reads the page.
        write: the members of the answer's list, as JSON.
        allowed: the filters that an endpoint of one object knows; None for endpoints of a collection.
    """
    collection = named(call, read=True)
    items = call.request.query_params.multi_items()
    filters = read_filters(items) if allowed is None else read_filters(items, allowed)
    member = call.caller.member
    if allowed is not None:
        filters = dataclasses.replace(filters, ids=frozenset({stix_id(call.request.path_params["object"])}))
    if purpose == b"versions":
        filters = dataclasses.replace(filters, versions=frozenset({"all"}))
    context = (purpose, member.identity.encode(), collection.id.encode(), filters.digest())
    place = hub.pages.place(filters.next, filters.added_after, *context) if filters.next else None

    later = hub.standings.later(member, collection.number)

    def read() -> tuple[Page, bool]:
        with hub.database.read() as connection:
            page = look(connection, collection.number, member.number, filters, place, later)
            named_ids = filters.ids or frozenset()
            there = bool(page.rows) or allowed is None
            there = there or reading.exists(connection, collection.number, member.number, named_ids, later)
        return page, there

    page, there = await hub.reading(read)
    if not there:
        raise StillwatchError("there is no such object in this collection", code="SW-HUB-05")
    hub.tally["given out", collection.alias] += len(page.rows)
    name = b"versions" if purpose == b"versions" else b"objects"
    token = hub.pages.token(page.last, filters.added_after, *context) if page.more and page.last else ""
    return _answer(page, name, write(page), token)


def _answer(page: Page, name: bytes, members: list[bytes], token: str) -> Response:
    """The envelope; its objects are put together from their bytes, without reading them again."""
    if page.first is None or page.last is None:
        return ready_made(b"{}", {})
    head = b'{"more":true,"next":"' + token.encode() + b'"' if token else b'{"more":false'
    content = b"".join((head, b',"', name, b'":[', b",".join(members), b"]}"))
    first, last = moments.added_text(page.first), moments.added_text(page.last)
    return ready_made(content, dict(zip(_ADDED, (first, last), strict=True)))


def _content(page: Page) -> list[bytes]:
    rows: Sequence[Any] = page.rows
    return [content for _, content in rows]  # by name it would take as long as reading them


def _listed(page: Page) -> list[bytes]:
    return [
        orjson.dumps(
            {
                "id": row.id,
                "date_added": moments.added_text(row.added),
                "version": row.version,
                "media_type": STIX,
            }
        )
        for row in page.rows
    ]


def _versions(page: Page) -> list[bytes]:
    return [orjson.dumps(row.version) for row in page.rows]


_IN: Final = resources.ROOT + "collections/{collection}/"
_FAILS: Final[dict[int, Any]] = {
    400: "the body is no JSON",
    404: "there is no such collection for this member",
    408: "the body took too long",
    413: "the body is too large",
    415: "the body is of another media type",
    422: "the body is no envelope with objects",
    503: "more was sent than can be stored at once",
}

ROUTES = (
    Route(
        "GET", _IN + "manifest/", Scope.READ, "What there is in a collection", manifest, 200,
        Body(TAXII, "ids, versions, and when they were added", "Manifest", _ADDED), (COLLECTION, *OF_PAGES),
        fails=_WRONG,
    ),
    Route(
        "GET", _IN + "objects/", Scope.READ, "Objects of a collection, oldest first", objects, 200,
        Body(TAXII, "an envelope; `{}` where nothing matches", "Envelope", _ADDED), (COLLECTION, *OF_PAGES),
        fails=_WRONG,
    ),
    Route(
        "POST", _IN + "objects/", Scope.WRITE, "Add objects", add, 202,
        Body(TAXII, "what became of each object", "Status"), (COLLECTION,),
        takes=Body(TAXII, "an envelope, or a STIX bundle", "Submission"), fails=_FAILS,
    ),
    Route(
        "GET", _IN + "objects/{object}/", Scope.READ, "One object", one_object, 200,
        Body(TAXII, "an envelope", "Envelope", _ADDED), (COLLECTION, OBJECT, *OF_OBJECT), fails=_WRONG,
    ),
    Route(
        "DELETE", _IN + "objects/{object}/", Scope.WRITE, "Refused: nothing is deleted", delete, 200,
        Body(TAXII, "never", "Anything"), (COLLECTION, OBJECT, VERSIONS, SPEC), fails=_WRONG,
    ),
    Route(
        "GET", _IN + "objects/{object}/versions/", Scope.READ, "Versions of an object", versions, 200,
        Body(TAXII, "times of the versions", "Versions", _ADDED), (COLLECTION, OBJECT, *OF_VERSIONS), fails=_WRONG,
    ),
)  # fmt: skip
