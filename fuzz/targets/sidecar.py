"""What gateways say to the sidecar on this machine: requests in pieces, one after another."""

from __future__ import annotations

import asyncio

from stillwatch.enforcement.gateways.acting.judge import Judge
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.enforcement.gateways.sidecar import server
from stillwatch.enforcement.gateways.sidecar.answering import Answering

DESCRIPTION = "requests to the sidecar"


class _Transport(asyncio.Transport):
    """Takes what is said and can be closed."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self.closed = bytearray(), False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep it."""
        self.said += data

    def close(self) -> None:
        """Nothing more is said."""
        self.closed = True

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self.closed


_ANSWERING = Answering(Judge(GatewayClient(Link("http://127.0.0.1:9", "sidecar"), None)))


def attempt(data: bytes) -> None:
    """Requests in pieces of different sizes; every answer is one of HTTP."""
    connection, transport = connected(_ANSWERING), _Transport()
    connection.connection_made(transport)
    for k in range(0, len(data), 19):
        piece = data[k : k + 19]
        connection.get_buffer(len(piece))[: len(piece)] = piece
        connection.buffer_updated(len(piece))
    assert not transport.said or transport.said.startswith(b"HTTP/1.1 ")


def connected(answering: Answering) -> asyncio.BufferedProtocol:
    """The server's side of one connection."""
    return server._Connection(answering, lambda: {"connected": False}, memoryview(bytearray(1 << 16)))
