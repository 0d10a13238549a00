"""Server-sent events as bytes: cut a stream where its events end, and put another payload into an event."""

from __future__ import annotations

import re
from typing import Final

_END: Final = re.compile(rb"\r\n(?:\r\n|\n|\r)|\n(?:\r\n|\n|\r)|\r(?!\n)(?:\r\n|\n|\r)")
_LONGEST_END: Final = 4  # two line ends of two bytes


class EventTooLongError(Exception):
    """An event does not end: what cannot be looked at must not be passed on."""


class Splitter:
    """Cuts a stream of bytes into whole events; each keeps its end, so joined they are the stream again.

    Args:
        longest: bytes that an event may have.

    Attributes:
        held: the beginning of an event that has not ended; empty between two.
    """

    def __init__(self, longest: int = 16 * 2**20) -> None:
        self.held = bytearray()
        self._searched = 0
        self._longest = longest

    def feed(self, chunk: bytes) -> list[bytes]:
        """The events that the chunk completes.

        Raises:
            EventTooLongError: more is held than an event may have.
        """
        held = self.held
        if not held and chunk.find(b"\n\n") == len(chunk) - 2 >= 0 and chunk.find(b"\r") < 0:
            return [chunk]  # one event, as most servers write them
        held += chunk
        if len(held) > self._longest:
            raise EventTooLongError
        if b"\n" not in chunk and b"\r" not in chunk:
            return []
        events, start = [], 0
        search_from = max(0, self._searched - _LONGEST_END)
        while (end := _END.search(held, search_from)) is not None:
            events.append(bytes(held[start : end.end()]))
            start = search_from = end.end()
        if start:
            del held[:start]
        self._searched = len(held)
        return events

    def rest(self) -> bytes:
        """What no end came for; a client takes it for an event when the stream closes."""
        rest = bytes(self.held)
        self.held.clear()
        self._searched = 0
        return rest


def plain(chunk: bytes) -> tuple[bytes, bytes] | None:
    """The ``event`` line, or nothing, and the payload of one event as nearly all servers write it.

    That is a data line, before it an event line at most, and a blank line; None for anything else, so also for less
    than one event or more.
    """
    lines = chunk.splitlines()
    if len(lines) == 2:
        head = b""
        data, blank = lines
    elif len(lines) == 3:
        head, data, blank = lines
        if not head.startswith(b"event: "):
            return None
    else:
        return None
    return None if blank or not data.startswith(b"data: ") else (head, data[6:])


def payloads(event: bytes) -> list[bytes]:
    """The data lines of an event, without ``data:``."""
    if event.startswith(b"\xef\xbb\xbf"):
        event = event[3:]
    found = []
    for line in event.splitlines():
        if line.startswith(b"data:"):
            found.append(line[6:] if line[5:6] == b" " else line[5:])
    return found


def with_payload(event: bytes, payload: bytes) -> bytes:
    """The event with its data lines replaced by one; its other lines stay."""
    others = [
        line for line in event.splitlines() if line and line != b"data" and not line.startswith(b"data:")
    ]
    return b"\n".join([*others, b"data: " + payload, b"", b""])


def event_of(name: str, payload: bytes) -> bytes:
    """A new event; without an ``event`` line where the name is empty."""
    head = b"event: " + name.encode() + b"\n" if name else b""
    return head + b"data: " + payload + b"\n\n"
