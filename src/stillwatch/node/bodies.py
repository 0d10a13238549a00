"""Reading what was sent: bounded, unpacked, and as JSON where that is what an endpoint takes."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.errors import StillwatchError
from stillwatch.logs.unpacking import Damaged, GzipMembers
from stillwatch.logs.zstd_frames import ZstdFrames

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.logs.unpacking import Unpacker

MOST_BYTES: Final = 16 * 2**20
_SMALL: Final = 64 * 2**10


async def body(request: Request, most: int = MOST_BYTES) -> bytes:
    """The body, unpacked where it is gzip or zstd.

    Raises:
        StillwatchError: it is larger than allowed, packed or not, or cannot be unpacked.
    """
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > most:
        raise _too_large(most)
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise _too_large(most)
        pieces.append(piece)
    data, encoding = b"".join(pieces), request.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return data
    # In a thread, so that gateways' questions need not wait for a body of a million tiny parts.
    return await asyncio.to_thread(_unpacked, data, encoding, most)


async def json_object(request: Request) -> dict[str, Any]:
    """The body as one JSON object; empty where there is none.

    Raises:
        StillwatchError: it is none, or too large.
    """
    data = await body(request, _SMALL)
    if not data.strip():
        return {}
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise StillwatchError(
            f"the body is not valid JSON: {error.msg}", code="SW-NODE-21", hint="send one JSON object"
        ) from error
    if not isinstance(value, dict):
        raise StillwatchError("the body is no JSON object", code="SW-NODE-21", hint="send one JSON object")
    return value


def _unpacked(data: bytes, encoding: str, most: int) -> bytes:
    """The content, where the encoding is one that is known."""
    match encoding:
        case "gzip" | "deflate":
            return _whole(GzipMembers(), data, most)
        case "zstd":
            return _whole(ZstdFrames(), data, most)
        case other:
            raise StillwatchError(
                f"the content encoding {other[:40]!r} is not known",
                code="SW-NODE-23",
                hint="send it as it is, or as gzip, deflate or zstd",
            )


def _whole(unpacker: Unpacker, data: bytes, most: int) -> bytes:
    """The whole content; a small body that unpacks into a huge one is refused before it does."""
    content = bytearray()
    try:
        for piece in itertools.chain(unpacker.feed(data), unpacker.end()):
            content += piece
            if len(content) > most:
                raise _too_large(most)
    except Damaged as error:
        raise _unreadable() from error
    return bytes(content)


def _too_large(most: int) -> StillwatchError:
    return StillwatchError(
        f"the body is larger than {most / 2**20:g} MiB",
        code="SW-NODE-20",
        hint="send smaller batches; nothing of this one was taken",
    )


def _unreadable() -> StillwatchError:
    return StillwatchError(
        "the body cannot be unpacked", code="SW-NODE-22", hint="check its Content-Encoding; nothing was taken"
    )
