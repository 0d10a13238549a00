"""One submission from the first byte to the answer: read, proven, counted, judged, stored with its entry in the log.

What needs nothing of the database is done before its turn comes, beside the one that is being stored. The answer is
sent after all of it is on disk, so that what was acknowledged outlives a kill at any moment.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
from typing import TYPE_CHECKING, Final

import zstandard

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.hub.intake.proof import Request, prove
from stillwatch.hub.intake.submission import Submission
from stillwatch.hub.judging.limits import MOST_BYTES, envelope
from stillwatch.hub.judging.sent import looked_at
from stillwatch.hub.replies import ready_made
from stillwatch.hub.taxii.media import check_content

if TYPE_CHECKING:
    from starlette.requests import Request as HttpRequest
    from starlette.responses import Response

    from stillwatch.hub.judging.sent import Sent
    from stillwatch.hub.live import LiveHub
    from stillwatch.hub.members import Caller, Member
    from stillwatch.hub.rights import Collection
    from stillwatch.hub.routes import Call

_SLOWEST_S: Final = 30.0


async def arrive(hub: LiveHub, call: Call, collection: Collection) -> Response:
    """Take in what a member sends to a collection.

    Raises:
        StillwatchError: the request as a whole cannot be taken; nothing of it was.
    """
    http = call.request
    check_content(http.headers.get("content-type"), http.headers.get("content-encoding"))
    body = await bounded_body(http)
    request = Request(http.method, _url(http), _lines(http), body)
    caller = call.caller
    with hub.room():
        prepared = await hub.preparing(lambda: _prepared(hub, caller, collection, request))
        hub.quotas.objects(caller.member, prepared.count)
        return ready_made(await hub.storing.store(prepared), {}, 202)


def _prepared(hub: LiveHub, caller: Caller, collection: Collection, request: Request) -> Submission:
    """What can be found out about a request before it is stored.

    Raises:
        StillwatchError: it is not proven, or cannot be taken as a whole.
    """
    proof = prove(caller, hub.directory, hub.authorities, request)
    now, member = clock.now(), caller.member
    shown_as = hub.gatekeeper.shown_as(member)
    ready = hub.helpers.ready(request.body, member.identity, shown_as, now.date())
    return Submission(
        member,
        collection,
        request.body,
        seen(hub, member, request.body, now) if ready is None else [],
        ready,
        zstandard.compress(request.body, 1),
        hashlib.sha256(request.body).digest(),
        proof,
        now,
    )


def seen(hub: LiveHub, member: Member, body: bytes, now: datetime.datetime) -> list[Sent]:
    """The objects of a body, looked at.

    Raises:
        StillwatchError: it cannot be taken as a whole.
    """
    return looked_at(envelope(body), hub.gatekeeper.recognises(member, now.date()))


async def bounded_body(request: HttpRequest, most: int = MOST_BYTES) -> bytes:
    """The body, bounded in size and in time.

    Raises:
        StillwatchError: it is too large, or came too slowly.
    """
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > most:
        raise _too_large(most)
    pieces, size = [], 0
    try:
        async with asyncio.timeout(_SLOWEST_S):
            async for piece in request.stream():
                size += len(piece)
                if size > most:
                    raise _too_large(most)
                pieces.append(piece)
    except TimeoutError:
        raise StillwatchError(
            f"the body did not arrive within {_SLOWEST_S:g} s",
            code="SW-HUB-18",
            hint="send smaller envelopes",
        ) from None
    return b"".join(pieces)


def _too_large(most: int) -> StillwatchError:
    return StillwatchError(
        f"the body is larger than {most} bytes",
        code="SW-HUB-08",
        hint="send it in several parts; nothing of this one was taken",
    )


def _url(request: HttpRequest) -> str:
    """The address as the client named it; its scheme is not signed."""
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope.get("query_string", b"")
    path = raw.split(b"?", 1)[0].decode("latin-1")
    host = request.headers.get("host", "")
    return f"http://{host}{path}" + (f"?{query.decode('latin-1')}" if query else "")


def _lines(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]]
