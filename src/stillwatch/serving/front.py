"""What stands in front of a server and answers short questions itself, for which the server would cost too much.

A connection begins here. As long as it carries nothing but questions that are answered here it stays; with the first
other request, and be it a broken one, it is handed over to the server behind for as long as it lasts, byte for byte.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

Answer: TypeAlias = Callable[[bytes], bytes | None]
"""Given a request's head without the blank line; the whole answer, or None for what is not answered here."""

_END: Final = b"\r\n\r\n"
_BACKLOG: Final = 1024
_BUFFER: Final = 1 << 18
_IDLE_S: Final = 75.0
_PATIENCE_S: Final = 60.0
_BETWEEN_TRIES_S: Final = 0.02
_LINGER_S: Final = 5.0


class Front:
    """The part that takes connections in.

    Args:
        answer: what is answered here; it is called for every head, must not wait, and raises nothing.
        behind: unix socket of the server behind.
        idle_s: how long a connection may say nothing between two questions.
        patience_s: how long to wait for the server behind to begin.
    """

    def __init__(
        self, answer: Answer, behind: Path, *, idle_s: float = _IDLE_S, patience_s: float = _PATIENCE_S
    ) -> None:
        self.answer = answer
        self.behind = behind
        self.idle_s = idle_s
        self._patience_s = patience_s
        self.clients: set[_Client] = set()
        self.buffer = memoryview(
            bytearray(_BUFFER)
        )  # what is read is taken out of it before anything else is read
        self._server: asyncio.Server | None = None

    async def serve(self, host: str, port: int) -> None:
        """Take connections in until cancelled, as soon as the server behind does.

        Raises:
            OSError: nothing can listen there, or the server behind does not answer.
        """
        await self._behind_answers()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Client(self), host.strip("[]"), port, backlog=_BACKLOG
        )
        try:
            await loop.create_future()
        finally:
            self.close()
            for each in list(self.clients):
                each.end()

    def close(self) -> None:
        """Take no more connections in and end those that were not handed over."""
        if self._server is not None:
            self._server.close()
        for each in list(self.clients):
            if each.is_mine:
                each.end()

    async def _behind_answers(self) -> None:
        until = time.monotonic() + self._patience_s
        while True:
            try:
                _, writer = await asyncio.open_unix_connection(str(self.behind))
            except OSError:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(_BETWEEN_TRIES_S)
            else:
                writer.close()
                return


class _Half(asyncio.BufferedProtocol):
    """One end of what is handed over: what comes in here goes out at the other end, no faster than that takes it.

    Args:
        buffer: to read into; a new one for every read, as plain protocols have it, costs more than an answer.
    """

    def __init__(self, buffer: memoryview) -> None:
        self._buffer = buffer
        self.transport: asyncio.Transport | None = None
        self.other: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - one size for all
        """Where to read to."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Takes what was read."""
        self.received(bytes(self._buffer[:nbytes]))

    def received(self, data: bytes) -> None:
        """Passes on."""
        if self.other is not None:
            self.other.write(data)

    def pause_writing(self) -> None:
        """Read no more at the other end than can be written here."""
        if self.other is not None:
            self.other.pause_reading()

    def resume_writing(self) -> None:
        """Read on."""
        if self.other is not None and not self.other.is_closing():
            self.other.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - the other end learns it by the close
        """Ends the other end, after what was written there."""
        if self.other is not None:
            self.other.close()


class _Behind(_Half):
    """The connection to the server behind.

    Args:
        client: whose requests it carries.
    """

    def __init__(self, client: _Client, buffer: memoryview) -> None:
        super().__init__(buffer)
        self._client = client

    def connection_lost(self, error: Exception | None) -> None:
        """Lets the client read to the end what was said, even where that was before all had been heard."""
        self._client.linger(b"" if error is None else self._unread())

    def _unread(self) -> bytes:
        """What had been said when a write failed: of that the transport reads no more."""
        assert self.transport is not None
        found = bytearray()
        with contextlib.suppress(OSError), self.transport.get_extra_info("socket").dup() as end:
            end.setblocking(False)
            while data := end.recv(_BUFFER):
                found += data
        return bytes(found)


class _Client(_Half):
    """A connection that somebody made."""

    def __init__(self, front: Front) -> None:
        super().__init__(front.buffer)
        self._front = front
        self._held = b""
        self._dialling: asyncio.Task[None] | None = None
        self._heard = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._full = False
        self._gone = False

    @property
    def is_mine(self) -> bool:
        """Whether it was not handed over."""
        return self._dialling is None

    def end(self) -> None:
        """Close it, after what was written."""
        if self.transport is not None:
            self.transport.close()

    def linger(self, last: bytes) -> None:
        """The server behind has ended: pass on its last words, and drop what still comes, which would reset them."""
        self.other, self._gone = None, True
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(last)
            self.transport.write_eof()
            self.transport.resume_reading()
            asyncio.get_running_loop().call_later(_LINGER_S, self.transport.close)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins to wait for questions."""
        super().connection_made(transport)
        self._front.clients.add(self)
        self._heard = time.monotonic()
        self._wait()

    def received(self, data: bytes) -> None:
        """Answers whole questions, and hands over at the first that is none."""
        if self._gone:
            return
        if self.other is not None:
            self.other.write(data)
            return
        if self._dialling is not None or self._full:
            self._held += data
            return
        self._heard = time.monotonic()
        self._take(data)

    def _take(self, data: bytes) -> None:
        assert self.transport is not None
        start, size = 0, len(data)
        while start < size:
            if self._full:
                self._held = data[start:]
                return
            end = data.find(_END, start)
            said = None if end < 0 else self._front.answer(data[start:end])
            if said is None:
                self._hand_over(data[start:])
                return
            self.transport.write(said)
            start = end + len(_END)

    def eof_received(self) -> bool:
        """Passes on that nothing more comes, for an answer may still be under way; ends what was not handed over."""
        if self.other is not None:
            self.other.write_eof()
        return self._dialling is not None and not self._gone

    def pause_writing(self) -> None:
        """Take no more questions from somebody who does not read the answers."""
        if self.is_mine and self.transport is not None:
            self._full = True  # what comes in the meantime waits
            self.transport.pause_reading()
        else:
            super().pause_writing()

    def resume_writing(self) -> None:
        """Take up what was left, and read on."""
        if self._full and self.transport is not None:
            self._full = False
            if self.is_mine:
                held, self._held = self._held, b""
                self.transport.resume_reading()
                self._take(held)
        super().resume_writing()

    def connection_lost(self, error: Exception | None) -> None:
        """Forgets it."""
        self._front.clients.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(error)

    def _hand_over(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.pause_reading()
        self._held = data
        if self._timer is not None:
            self._timer.cancel()
        self._dialling = asyncio.get_running_loop().create_task(self._dial())

    async def _dial(self) -> None:
        """Connect to the server behind and give it what was held."""
        assert self.transport is not None
        try:
            inner, half = await asyncio.get_running_loop().create_unix_connection(
                lambda: _Behind(self, self._front.buffer), str(self._front.behind)
            )
        except OSError:
            self.transport.close()
            return
        if self.transport.is_closing():
            inner.close()
            return
        half.other, self.other = self.transport, inner
        self.transport.resume_reading()
        inner.write(self._held)
        self._held = b""

    def _wait(self) -> None:
        """Look again when it could have been silent for too long."""
        left_s = self._heard + self._front.idle_s - time.monotonic()
        if left_s <= 0:
            self.end()
        else:
            self._timer = asyncio.get_running_loop().call_later(left_s, self._wait)
