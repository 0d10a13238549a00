"""A small HTTP server for sub-requests on this machine: reads heads, throws bodies away, keeps connections open."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.enforcement.gateways.sidecar.answering import as_json, written
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.sidecar.answering import Answering

_LONGEST_HEAD: Final = 1 << 16
_BUFFER: Final = 1 << 16
_END: Final = b"\r\n\r\n"
_HEALTH: Final = "/_stillwatch/health"


class _Connection(asyncio.BufferedProtocol):
    """One connection of a gateway.

    Args:
        answering: answers.
        health: what ``/_stillwatch/health`` says.
        buffer: to read into; a new one for every read, as plain protocols have it, costs more than an answer.
    """

    def __init__(
        self, answering: Answering, health: Callable[[], dict[str, object]], buffer: memoryview
    ) -> None:
        self._answering = answering
        self._health = health
        self._buffer = buffer
        self._held = bytearray()
        self._skip = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - one size for all
        """Where to read to."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Answers every request whose head is complete."""
        held, transport, data = self._held, self._transport, bytes(self._buffer[:nbytes])
        assert transport is not None
        if (
            not held
            and not self._skip
            and data.endswith(_END)
            and self._answering.is_free(data[: -len(_END)])
        ):
            if not transport.is_closing():
                transport.write(self._answering.free)
            return
        held += data
        while not transport.is_closing():
            skipped = min(self._skip, len(held))
            del held[:skipped]
            self._skip -= skipped
            end = held.find(_END)
            if self._skip or end < 0:
                if len(held) > _LONGEST_HEAD:
                    transport.write(written(431, [], b""))
                    transport.close()
                return
            head = bytes(held[:end])
            del held[: end + len(_END)]
            if self._answering.is_free(head):
                transport.write(self._answering.free)
            else:
                self._serve(transport, head)

    def _serve(self, transport: asyncio.Transport, head: bytes) -> None:
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        words = first.split(" ")
        length = headers.get("content-length", "0")
        if len(words) != 3 or not length.isdecimal() or "transfer-encoding" in headers:
            transport.write(written(400, [], b""))
            transport.close()
            return
        self._skip = int(length)
        path = words[1]
        if path == _HEALTH:
            transport.write(as_json(self._health()))
        else:
            asked = headers.get("x-forwarded-uri") or headers.get("x-original-uri") or path

            def header(name: str) -> str:
                return headers.get(name, "")

            closes = words[2] == "HTTP/1.0" or headers.get("connection", "").lower() == "close"
            plain = not (closes or self._skip)  # what is remembered is answered without being read
            transport.write(self._answering.answer(header, asked.partition("?")[0], head if plain else b""))
            if closes:
                transport.close()


async def serve(
    where: str, answering: Answering, health: Callable[[], dict[str, object]], *, group: str = ""
) -> asyncio.Server:
    """Listen for sub-requests.

    Args:
        where: ``unix:PATH`` or ``ADDRESS:PORT``; an address other than loopback is refused.
        answering: answers.
        health: what ``/_stillwatch/health`` says.
        group: whose members may connect to a unix socket beside its owner.

    Raises:
        StillwatchError: nothing can listen there.
    """
    loop = asyncio.get_running_loop()
    buffer = memoryview(bytearray(_BUFFER))  # what is read is taken out of it before anything else is read

    def connection() -> _Connection:
        return _Connection(answering, health, buffer)

    try:
        if where.startswith("unix:"):
            path = Path(where.removeprefix("unix:"))
            _clear(path)
            server = await loop.create_unix_server(connection, path)
            path.chmod(0o660)
            if group:
                shutil.chown(path, group=group)
            return server
        address, _, port = where.rpartition(":")
        if address not in ("127.0.0.1", "localhost", "::1", "[::1]"):
            raise StillwatchError(
                f"the sidecar answers on this machine only, not at '{where}'",
                code="SW-GW-11",
                where="socket",
                hint="use unix:PATH or 127.0.0.1:PORT",
            )
        return await loop.create_server(connection, address.strip("[]"), int(port))
    except (OSError, ValueError, LookupError) as error:
        raise StillwatchError(
            f"nothing can listen at '{where}': {getattr(error, 'strerror', None) or error}",
            code="SW-GW-12",
            where="socket",
            exit_code=ExitCode.UNREADABLE,
        ) from error


def _clear(path: Path) -> None:
    """Make way for a socket; one that a dead process left goes, one that still answers stays.

    Raises:
        OSError: something else is there, or somebody answers.
    """
    import socket

    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        return
    if not stat.S_ISSOCK(path.stat().st_mode):
        raise FileExistsError(17, "a file is in the way")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(os.fspath(path))
        except OSError:
            path.unlink()
            return
    raise OSError(98, "another sidecar answers there")
