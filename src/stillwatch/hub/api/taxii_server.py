"""TAXII 2.1, sections 4 and 5.1 to 5.2: discovery, the API root, the status of submissions, collections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
import zstandard

from stillwatch.errors import StillwatchError
from stillwatch.hub.api.parameters import COLLECTION, named
from stillwatch.hub.judging.limits import MOST_BYTES
from stillwatch.hub.replies import ready_made, taxii
from stillwatch.hub.rights import Scope, access
from stillwatch.hub.routes import Body, Call, Parameter, Route
from stillwatch.hub.tables.objects import SUBMISSIONS
from stillwatch.hub.taxii import resources
from stillwatch.hub.taxii.forms import uuid_text
from stillwatch.hub.taxii.media import TAXII

if TYPE_CHECKING:
    from starlette.responses import Response

    from stillwatch.hub.live import LiveHub

_NOT_THERE: Final = {404: "there is none, or not for this member"}


async def discovery(hub: LiveHub, _call: Call) -> Response:
    """Where the API root is."""
    return taxii(resources.discovery(hub.title, hub.url))


async def api_root(hub: LiveHub, _call: Call) -> Response:
    """What the API root takes."""
    return taxii(resources.api_root(hub.title, MOST_BYTES))


async def collections(_hub: LiveHub, call: Call) -> Response:
    """The collections that the caller may use."""
    return taxii(resources.collections(call.caller.member.kind))


async def collection(_hub: LiveHub, call: Call) -> Response:
    """One collection."""
    found = named(call)
    return taxii(resources.collection(found, access(call.caller.member.kind, found)))


async def status(hub: LiveHub, call: Call) -> Response:
    """What became of a submission; only its sender may ask."""
    wanted = sa.select(SUBMISSIONS.c.status).where(
        SUBMISSIONS.c.id == uuid_text(call.request.path_params["status"]),
        SUBMISSIONS.c.member == call.caller.member.number,
    )

    def look() -> bytes | None:
        with hub.database.read() as connection:
            row = connection.execute(wanted).first()
        return zstandard.decompress(row.status) if row is not None else None

    found = await hub.reading(look)
    if found is None:
        raise StillwatchError("there is no such status", code="SW-HUB-05")
    return ready_made(found, {})


ROUTES = (
    Route(
        "GET", resources.DISCOVERY, Scope.READ, "Discovery", discovery, 200,
        Body(TAXII, "the server and its API root", "Discovery"),
    ),
    Route(
        "GET", resources.ROOT, Scope.READ, "The API root", api_root, 200, Body(TAXII, "what it takes", "ApiRoot"),
    ),
    Route(
        "GET", resources.ROOT + "status/{status}/", Scope.READ, "What became of a submission", status, 200,
        Body(TAXII, "the status; complete as soon as there is one", "Status"),
        (Parameter("status", "the id that the answer to the submission named", where="path"),), fails=_NOT_THERE,
    ),
    Route(
        "GET", resources.ROOT + "collections/", Scope.READ, "The collections that the caller may use", collections,
        200, Body(TAXII, "collections", "Collections"),
    ),
    Route(
        "GET", resources.ROOT + "collections/{collection}/", Scope.READ, "One collection", collection, 200,
        Body(TAXII, "the collection and what the caller may do with it", "Collection"), (COLLECTION,),
        fails=_NOT_THERE,
    ),
)  # fmt: skip
