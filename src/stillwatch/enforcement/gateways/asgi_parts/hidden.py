"""The answer on its way to a client from whom a part is hidden: streams by event, whole answers at once."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from stillwatch.enforcement.gateways.acting.refusals import WITHHELD, refusal
from stillwatch.enforcement.gateways.asgi_parts.listing import without_models
from stillwatch.enforcement.gateways.asgi_parts.sending import send_refusal
from stillwatch.enforcement.gateways.hiding.stream import StreamFilter, UnreadableError, hide_in_body
from stillwatch.logs.unpacking import GzipMembers

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.asgi_parts.types import Message, Scope, Send
    from stillwatch.enforcement.gateways.follow.tally import Tally
    from stillwatch.enforcement.gateways.hiding.wish import Wish
    from stillwatch.logs.unpacking import Unpacker

_LOG = logging.getLogger(__name__)
_LARGEST: Final = 64 * 2**20
_STREAMS: Final = (b"text/event-stream",)
_LINES: Final = (b"application/x-ndjson", b"application/jsonl", b"application/stream+json")
_WITHOUT_BODY: Final = (204, 304)
_OPAQUE_STREAMS: Final = (b"application/vnd.amazon.eventstream",)
_ENDED_EARLY: Final = b'{"type":"error","error":{"type":"api_error","message":"The answer ended early."}}'
_CUT_OFF: Final = b"event: error\ndata: " + _ENDED_EARLY + b"\n\n"


class HiddenSend:
    """A ``send`` that hides. Whatever cannot be looked into is not passed on.

    Args:
        scope: of the request.
        send: passes on.
        wish: what is to be hidden.
        hide_models: models that no list may name.
        tally: counts what was withheld.
    """

    def __init__(
        self, scope: Scope, send: Send, wish: Wish, hide_models: tuple[str, ...], tally: Tally
    ) -> None:
        self._scope = scope
        self._send = send
        self._wish = wish
        self._hide_models = hide_models
        self._tally = tally
        self._start: Message | None = None
        self._body = bytearray()
        self._stream: StreamFilter | None = None
        self._unpacker: Unpacker | None = None
        self._pass_on = False
        self._closed = False

    async def __call__(self, message: Message) -> None:
        """Takes what the application sends."""
        if self._closed:
            return
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif message["type"] == "http.response.body" and not self._pass_on:
            await self._go_on(message.get("body", b""), last=not message.get("more_body", False))
        else:
            await self._send(message)

    async def _begin(self, message: Message) -> None:
        headers = {name.lower(): value for name, value in message.get("headers", ())}
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        encoding = headers.get(b"content-encoding", b"identity").strip().lower()
        self._start = message
        is_json = kind == b"application/json" or kind.endswith(b"+json") or kind == b""
        if kind in _OPAQUE_STREAMS or (encoding not in _UNPACKERS and (is_json or kind in _STREAMS + _LINES)):
            await self._withhold(f"an answer of type {kind.decode('latin-1')} cannot be looked into")
            return
        if kind in _STREAMS or kind in _LINES:
            self._stream = StreamFilter(self._wish, lines=kind in _LINES)
        elif not is_json or message["status"] in _WITHOUT_BODY or self._scope.get("method") == "HEAD":
            self._pass_on = True
            await self._send(message)
            return
        self._unpacker = _UNPACKERS[encoding]()
        if self._stream is not None:
            await self._send({**message, "headers": _headers(message, None)})

    async def _go_on(self, chunk: bytes, *, last: bool) -> None:
        try:
            plain = self._unpacked(chunk, last=last)
            if self._stream is not None:
                await self._go_on_streaming(self._stream, plain, last=last)
            else:
                await self._gather(plain, last=last)
        except Exception as error:
            # Failing closed: a mistake of the filter must not become a leak.
            await self._withhold(f"an answer could not be filtered: {type(error).__name__}")

    def _unpacked(self, chunk: bytes, *, last: bool) -> bytes:
        """What a chunk holds.

        Raises:
            Damaged: it cannot be unpacked, or is the last one and something is missing.
            UnreadableError: it unpacks into more than any answer holds.
        """
        if self._unpacker is None:
            return chunk
        plain = bytearray()
        for piece in itertools.chain(self._unpacker.feed(chunk), self._unpacker.end() if last else ()):
            plain += piece
            if len(plain) > _LARGEST:
                raise UnreadableError
        return bytes(plain)

    async def _go_on_streaming(self, stream: StreamFilter, plain: bytes, *, last: bool) -> None:
        shown = stream.feed(plain) + (stream.finish() if last else b"")
        if shown or last:
            await self._send({"type": "http.response.body", "body": shown, "more_body": not last})
        if last:
            for _ in range(stream.withheld):
                self._tally.bypassed("withheld")

    async def _gather(self, plain: bytes, *, last: bool) -> None:
        self._body += plain
        if len(self._body) > _LARGEST:
            raise UnreadableError
        if not last or self._start is None:
            return
        body = bytes(self._body)
        if not self._wish.nothing:
            body = hide_in_body(self._wish, body)
        body = without_models(str(self._scope.get("path", "")), body, self._hide_models)
        await self._send({**self._start, "headers": _headers(self._start, len(body))})
        await self._send({"type": "http.response.body", "body": body})

    async def _withhold(self, why: str) -> None:
        """End the answer without the rest of it."""
        self._closed = True
        _LOG.warning("withheld: %s", why)
        self._tally.bypassed("withheld")
        if self._stream is not None:
            await self._send({"type": "http.response.body", "body": _CUT_OFF, "more_body": False})
        else:
            await send_refusal(self._scope, self._send, refusal(WITHHELD))


def _headers(message: Message, length: int | None) -> list[tuple[bytes, bytes]]:
    """The answer's headers for another body."""
    gone = (b"content-length", b"content-encoding", b"etag", b"content-md5", b"digest")
    kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in gone]
    return kept if length is None else [*kept, (b"content-length", str(length).encode())]


def _as_it_is() -> None:
    """No unpacker, for an answer that is not compressed."""


_UNPACKERS: Final[dict[bytes, Callable[[], Unpacker | None]]] = {
    b"identity": _as_it_is,
    b"gzip": GzipMembers,
    b"x-gzip": GzipMembers,
    b"deflate": GzipMembers,
}
