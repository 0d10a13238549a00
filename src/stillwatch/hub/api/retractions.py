"""Retractions: what was taken back, who knows of it, and who has not said so yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.errors import StillwatchError
from stillwatch.hub import reading, retractions
from stillwatch.hub.api.parameters import ADDED_AFTER, LIMIT, NEXT
from stillwatch.hub.intake.arrival import bounded_body
from stillwatch.hub.replies import JSON, reply
from stillwatch.hub.rights import BY_NUMBER, Scope, readable
from stillwatch.hub.routes import Body, Call, Parameter, Route
from stillwatch.hub.taxii import moments
from stillwatch.hub.taxii.filters import OF_VERSIONS, read_filters
from stillwatch.hub.taxii.forms import stix_id

if TYPE_CHECKING:
    from starlette.responses import Response

    from stillwatch.hub.live import LiveHub

_MOST: Final = 1_000
_MOST_BYTES: Final = 200_000


async def feed(hub: LiveHub, call: Call) -> Response:
    """What was taken back in the collections that the caller may read, oldest first."""
    member = call.caller.member
    filters = read_filters(call.request.query_params.multi_items(), OF_VERSIONS)
    context = (b"retractions", member.identity.encode(), filters.digest())
    place = hub.pages.place(filters.next, filters.added_after, *context) if filters.next else None
    after = max((each for each in (filters.added_after, place) if each is not None), default=None)

    def look() -> reading.Page:
        with hub.database.read() as connection:
            return reading.retractions(connection, readable(member.kind), after, filters.limit)

    page = await hub.reading(look)
    found = [
        {
            "id": row.id,
            "version": row.version,
            "collection": BY_NUMBER[row.collection].alias,
            "date_added": moments.added_text(row.added),
        }
        for row in page.rows
    ]
    answer: dict[str, Any] = {"retractions": found, "more": page.more}
    if page.more and page.last is not None:
        answer["next"] = hub.pages.token(page.last, filters.added_after, *context)
    return reply(answer)


async def acknowledge(hub: LiveHub, call: Call) -> Response:
    """Say that retractions were carried out."""
    ids = await _ids(call)
    member = call.caller.member
    count = await hub.writing(lambda: retractions.acknowledge(hub.database, hub.ledger, member, ids))
    return reply({"acknowledged": count})


async def acknowledged(hub: LiveHub, call: Call) -> Response:
    """Who knows of a retraction; for its sender and for auditors."""
    member = call.caller.member
    identifier = stix_id(call.request.path_params["object"])
    found = await hub.reading(lambda: retractions.standing(hub.database, hub.directory, member, identifier))
    if found is None:
        raise StillwatchError("there is no retraction of that id for this member", code="SW-HUB-05")
    return reply(found)


async def _ids(call: Call) -> list[str]:
    """The ids of the body.

    Raises:
        StillwatchError: it is no such object.
    """
    try:
        found = orjson.loads(await bounded_body(call.request, _MOST_BYTES))
        ids = found["ids"]
        if set(found) == {"ids"} and 0 < len(ids) <= _MOST and all(type(each) is str for each in ids):
            return [each for each in ids if stix_id(each)]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        pass
    raise StillwatchError(
        f'the body is not {{"ids": […]}} with 1 to {_MOST} ids',
        code="SW-HUB-11",
        hint="send ids from /v1/retractions",
    )


ROUTES = (
    Route(
        "GET", "/v1/retractions", Scope.READ, "What was taken back", feed, 200,
        Body(JSON, "retractions, oldest first", "Retractions"), (ADDED_AFTER, LIMIT, NEXT),
        fails={400: "a filter cannot be used"},
    ),
    Route(
        "POST", "/v1/retractions/acknowledgements", Scope.READ, "Say that retractions were carried out", acknowledge,
        200, Body(JSON, "how many were new", "Acknowledged"), takes=Body(JSON, "ids of the hub's", "Acknowledge"),
        fails={400: "the body is none", 408: "the body took too long", 413: "the body is too large"},
    ),
    Route(
        "GET", "/v1/retractions/{object}/acknowledgements", Scope.READ, "Who knows of a retraction", acknowledged, 200,
        Body(JSON, "who has acknowledged it, and who may read it and has not", "Acknowledgements"),
        (Parameter("object", "id of the object: the hub's, or what its sender called it", where="path"),),
        fails={404: "there is none, or not of this member's"},
    ),
)  # fmt: skip
