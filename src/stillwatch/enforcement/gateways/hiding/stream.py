"""What a gateway puts between model and client: a stream in, the same stream without reasoning out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.enforcement.gateways.hiding import sse
from stillwatch.enforcement.gateways.hiding.chat import Chat
from stillwatch.enforcement.gateways.hiding.gemini import Gemini
from stillwatch.enforcement.gateways.hiding.messages import Messages
from stillwatch.enforcement.gateways.hiding.responses import Responses
from stillwatch.enforcement.gateways.hiding.thoughts import Thoughts
from stillwatch.enforcement.gateways.hiding.unknown import Unknown

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.hiding.dialect import Dialect
    from stillwatch.enforcement.gateways.hiding.wish import Wish

DIALECTS: Final[tuple[type[Dialect], ...]] = (Responses, Messages, Chat, Gemini)
_TELLTALE: Final = (b"reason", b"think", b"thought", b"logprob", b"\\u00")
_DONE: Final = b"[DONE]"
_DECODE: Final = msgspec.json.Decoder().decode
_ENCODE: Final = msgspec.json.Encoder().encode


class UnreadableError(Exception):
    """An answer cannot be looked into, so it cannot be passed on to somebody from whom a part is to be hidden."""


class PayloadFilter:
    """Hides in decoded payloads; knows the dialect of each by its looks. One for each answer."""

    def __init__(self, wish: Wish) -> None:
        self._thoughts = Thoughts(starts_inside=wish.starts_inside)
        self._dialects = [each(wish, self._thoughts) for each in DIALECTS]
        self._unknown = Unknown(wish)
        self._latest: Dialect = self._dialects[0]

    def event(self, payload: dict[str, Any]) -> list[dict[str, Any]] | None:
        """What to send instead of an event's payload; None for the payload as it came."""
        latest = self._latest  # nearly always the dialect of the payload before
        return (latest if latest.speaks(payload) else self._other(payload)).event(payload)

    def body(self, payload: object) -> bool:
        """Hide in a whole answer, in place; says whether anything changed. A list is of answers or of events."""
        if isinstance(payload, list):
            changed = [self.body(each) for each in payload]
            return any(changed)
        if not isinstance(payload, dict):
            return False
        latest = self._latest
        return (latest if latest.speaks(payload) else self._other(payload)).body(payload)

    def _other(self, payload: dict[str, Any]) -> Dialect | Unknown:
        """The dialect of a payload that is not of the latest."""
        for each in self._dialects:
            if each is not self._latest and each.speaks(payload):
                self._latest = each
                return each
        return self._unknown


class StreamFilter:
    """Hides in server-sent events, or in JSON lines, that arrive in chunks of any size.

    Args:
        wish: what to hide.
        lines: the stream is JSON lines.
    """

    def __init__(self, wish: Wish, *, lines: bool = False) -> None:
        self._payloads = PayloadFilter(wish)
        self._splitter = sse.Splitter()
        self._lines = lines
        self._line = bytearray()
        self.withheld = 0
        """Events that could not be read and looked as if they held reasoning."""

    def feed(self, chunk: bytes) -> bytes:
        """What of the stream may be sent on now.

        Raises:
            sse.EventTooLongError: an event does not end.
        """
        if self._lines:
            *whole, rest = (self._line + chunk).split(b"\n")
            self._line = bytearray(rest)
            return b"".join(self._json_line(bytes(line)) for line in whole)
        if not self._splitter.held and (one := sse.plain(chunk)) is not None:
            return self._plain(chunk, one[0], one[1])
        return b"".join(map(self._event, self._splitter.feed(chunk)))

    def finish(self) -> bytes:
        """What is left when the stream has ended."""
        if self._lines:
            rest = bytes(self._line)
            return self._json_line(rest) if rest else b""
        rest = self._splitter.rest()
        return self._event(rest) if rest.strip() else rest

    def _event(self, event: bytes) -> bytes:
        one = sse.plain(event)
        return self._any(event) if one is None else self._plain(event, one[0], one[1])

    def _plain(self, event: bytes, head: bytes, data: bytes) -> bytes:
        """An event of one data line, as nearly all are."""
        if data == _DONE:
            return event
        try:
            payload = _DECODE(data)
        except (ValueError, RecursionError):
            payload = _decoded(data)
        if not isinstance(payload, dict):
            return self._unread(event)
        instead = self._payloads.event(payload)
        if instead is None:
            return event
        if not instead:
            return b""
        last = b"data: " + _encoded(instead[-1]) + b"\n\n"
        if head:
            last = head + b"\n" + last
        return last if len(instead) == 1 else _new_events(instead[:-1]) + last

    def _any(self, event: bytes) -> bytes:
        """An event however it is written."""
        data = sse.payloads(event)
        if not data:
            return self._unread(event)
        if data == [_DONE]:
            return event
        payload = _decoded(b"\n".join(data))
        if payload is None and len(data) > 1:
            return b"".join(self._event(b"data: " + line + b"\n\n") for line in data)
        if payload is None:
            return self._unread(event)
        instead = self._payloads.event(payload)
        if instead is None:
            return event
        out = [sse.with_payload(event, _encoded(each)) for each in instead[-1:]]
        return b"".join([_new_events(instead[:-1]), *out])

    def _json_line(self, line: bytes) -> bytes:
        payload = _decoded(line)
        if payload is None:
            return self._unread(line + b"\n")
        instead = self._payloads.event(payload)
        if instead is None:
            return line + b"\n"
        return b"".join(_encoded(each) + b"\n" for each in instead)

    def _unread(self, raw: bytes) -> bytes:
        """Raw bytes that are no JSON object: sent on unless they look as if something were in them."""
        if _may_hold_reasoning(raw):
            self.withheld += 1
            return b""
        return raw


def hide_in_body(wish: Wish, body: bytes) -> bytes:
    """A whole JSON answer without what is to be hidden; the same bytes where nothing was.

    Raises:
        UnreadableError: it is no JSON, and looks as if something were in it.
    """
    try:
        payload = _loaded(body)
    except ValueError:
        if _may_hold_reasoning(body):
            raise UnreadableError from None
        return body
    return _encoded(payload) if PayloadFilter(wish).body(payload) else body


def _new_events(payloads: list[dict[str, Any]]) -> bytes:
    return b"".join(sse.event_of(str(each.get("type", "")), _encoded(each)) for each in payloads)


def _may_hold_reasoning(raw: bytes) -> bool:
    """Whether unreadable bytes look like JSON that was cut, or name what is to be hidden."""
    return raw.lstrip().removeprefix(b"data:").lstrip()[:1] in (b"{", b"[") or any(
        word in raw for word in _TELLTALE
    )


def _decoded(data: bytes) -> dict[str, Any] | None:
    try:
        payload = _loaded(data)
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None


def _loaded(data: bytes) -> object:
    """JSON read as leniently as any client might: the fast reader first, else Python's.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        try:
            return _DECODE(data)
        except msgspec.MsgspecError:
            return json.loads(data)
    except RecursionError:
        raise ValueError("nested without end") from None


def _encoded(payload: object) -> bytes:
    try:
        return _ENCODE(payload)
    except ValueError:  # half of a surrogate pair, which only ASCII can carry
        return json.dumps(payload).encode("ascii")
