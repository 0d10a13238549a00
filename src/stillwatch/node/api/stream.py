"""Decisions out: everything at once, or a line for each change as it happens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.responses import Response, StreamingResponse

from stillwatch.enforcement.wire import to_line
from stillwatch.errors import StillwatchError
from stillwatch.node.routes import JSON, NDJSON, Body, Field, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from stillwatch.node.live import Live

HEARTBEAT_S: Final = 5.0


async def stream(live: Live, request: Request) -> Response:
    """Follow the decisions from a version on."""
    since = request.query_params.get("since", "-1")
    if not since.removeprefix("-").isdecimal():
        raise StillwatchError("since is no version", code="SW-NODE-21", hint="send the last version you have")
    epoch = request.query_params.get("epoch", "")
    return StreamingResponse(_lines(live, int(since), epoch), media_type=NDJSON)


async def _lines(live: Live, version: int, epoch: str) -> AsyncIterator[bytes]:
    """What a gateway at that version has to know, then every change, and a heartbeat when there is none."""
    while not live.board.closed:
        found = live.board.lines_since(version, epoch)
        snapshot = live.board.snapshot
        if found is None and (missed := await live.board.missed(version, epoch)) is not None:
            version = missed.version
            yield to_line(missed)
            continue
        version, epoch = snapshot.version, snapshot.epoch
        if found is None:
            for piece in live.board.everything():
                yield piece
                await asyncio.sleep(0)
        elif found:
            yield b"".join(found)
        else:
            yield live.board.heartbeat()
        if live.board.snapshot.version == version:
            await live.board.wait(HEARTBEAT_S)


async def snapshot(live: Live, _request: Request) -> Response:
    """Everything in force, as the stream would say it."""
    return StreamingResponse(_pieces(live), media_type=NDJSON)


async def _pieces(live: Live) -> AsyncIterator[bytes]:
    for piece in live.board.everything():
        yield piece
        await asyncio.sleep(0)


_LINE: Final = (
    Field("epoch", "names the life of the store that versions belong to", required=True),
    Field("version", "the state after this line", "integer", required=True),
    Field("full", "what was known before is void", "boolean", required=True),
    Field("new", "decisions that take effect", "array", required=True),
    Field("deleted", "ids of decisions that ended", "array", required=True),
    Field("now", "the node's time (RFC 3339)"),
)

ROUTES = [
    Route(
        "GET",
        "/v1/decisions/stream",
        Right.DECIDE,
        "Decisions as they change; the answer does not end",
        stream,
        parameters=(
            Field("since", "the version you have; -1 for none", "integer"),
            Field("epoch", "the epoch you have that version of"),
        ),
        gives=Body((NDJSON,), "a line a change, and one every five seconds when there is none", _LINE),
        fails={400: "since is no version"},
    ),
    Route(
        "GET",
        "/v1/decisions/snapshot",
        Right.DECIDE,
        "All decisions in force",
        snapshot,
        gives=Body((NDJSON, JSON), "one line with everything", _LINE),
    ),
]
