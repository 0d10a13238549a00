"""TLS with client certificates in front of the server, which cannot tell who showed which.

It takes connections in, checks certificates, and passes the bytes on to the server's port on this machine. The server
knows the connection by the port it comes from, and finds the certificate's fingerprint under it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ssl
from pathlib import Path
from typing import Final

from stillwatch.errors import ExitCode, StillwatchError

_PIECE: Final = 64 * 1024
_MOST_OPEN: Final = 1_000
_HANDSHAKE_S: Final = 10.0
_IDLE_S: Final = 120.0


def context_for(certificate: Path, key: Path, client_ca: Path) -> ssl.SSLContext:
    """TLS 1.2 or later; a client may show a certificate, and what it shows has to hold.

    Raises:
        StillwatchError: a file cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_OPTIONAL
    try:
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(client_ca)
    except (OSError, ssl.SSLError) as error:
        raise StillwatchError(
            f"a file for TLS cannot be used: {error.strerror or error}",
            code="SW-HUB-40",
            where=f"{certificate}, {key}, {client_ca}",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return context


class TlsFront:
    """The part that speaks TLS.

    Args:
        context: as `context_for` makes it.
        inner: port of the server behind, on 127.0.0.1.
        fingerprints: filled with SHA-256 of certificates in hex, by the port that a connection comes from.
    """

    def __init__(self, context: ssl.SSLContext, inner: int, fingerprints: dict[int, str]) -> None:
        self._context = context
        self._inner = inner
        self._fingerprints = fingerprints
        self._open = 0

    async def serve(self, host: str, port: int) -> None:
        """Take connections in until cancelled."""
        server = await asyncio.start_server(
            self._connected,
            host.strip("[]"),
            port,
            ssl=self._context,
            ssl_handshake_timeout=_HANDSHAKE_S,
            limit=2 * _PIECE,
        )
        async with server:
            await server.serve_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open >= _MOST_OPEN:
            writer.close()
            return
        self._open += 1
        try:
            with contextlib.suppress(OSError, TimeoutError, ssl.SSLError):
                await self._passed_on(reader, writer)
        finally:
            self._open -= 1
            writer.close()

    async def _passed_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._inner, limit=2 * _PIECE)
        port = inner_writer.get_extra_info("sockname")[1]
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        if shown:
            self._fingerprints[port] = hashlib.sha256(shown).hexdigest()
        try:
            ways = (_copy(reader, inner_writer), _copy(inner_reader, writer))
            tasks = [asyncio.create_task(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            # the port is free for others only after this, so nobody inherits a certificate
            self._fingerprints.pop(port, None)
            inner_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        async with asyncio.timeout(_IDLE_S):
            piece = await reader.read(_PIECE)
        if not piece:
            return
        writer.write(piece)
        await writer.drain()
