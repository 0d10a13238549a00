from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.small_node import decision
from stillwatch.core.decision import Action, Limits
from stillwatch.enforcement.gateways.acting.judge import Judge
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.enforcement.gateways.sidecar import server
from stillwatch.enforcement.gateways.sidecar.answering import SUBJECT_WITH_HASHED_KEY, Answering
from stillwatch.enforcement.snapshot import Snapshot
from stillwatch.errors import StillwatchError

KEY = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"  # SHA-256 of "secret"

BUFFER = memoryview(bytearray(1 << 16))


def feed(connection: server._Connection, data: bytes) -> None:
    """Let bytes arrive, as an event loop does."""
    if data:
        connection.get_buffer(-1)[: len(data)] = data
        connection.buffer_updated(len(data))


def client_with(*decisions: Any) -> GatewayClient:
    client = GatewayClient(Link("http://127.0.0.1:9", "sidecar"), None)
    client._put(Snapshot.build(1, decisions))
    return client


def answers(client: GatewayClient, sent: bytes, tmp_path: Path, **options: Any) -> bytes:
    """What the server says to these bytes until it closes, or falls silent."""

    async def talk() -> bytes:
        where = tmp_path / "sidecar.sock"
        listening = await server.serve(
            f"unix:{where}", Answering(Judge(client), **options), lambda: {"connected": False}
        )
        reader, writer = await asyncio.open_unix_connection(where)
        writer.write(sent)
        said = b""
        try:
            while chunk := await asyncio.wait_for(reader.read(65536), 0.05):
                said += chunk
        except TimeoutError:
            pass
        writer.close()
        listening.close()
        return said

    return asyncio.run(talk())


def request(account: str, *more: str) -> bytes:
    lines = ["GET /auth HTTP/1.1", "Host: s", f"X-Stillwatch-Account: {account}", *more, "", ""]
    return "\r\n".join(lines).encode()


def test_requests_in_one_go_are_answered_one_after_the_other(tmp_path: Path) -> None:
    said = answers(
        client_with(decision("bad")), request("honest") + request("bad") + request("honest"), tmp_path
    )
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"200", b"403", b"200"]


def test_a_gateway_that_only_forbids_gets_403_and_the_reason_in_headers(tmp_path: Path) -> None:
    client = client_with(decision("slow", Action.THROTTLE, limits=Limits(rate_per_minute=1)))
    said = answers(client, request("slow") + request("slow"), tmp_path, only_forbids=True)
    first, second = said.split(b"HTTP/1.1 ")[1:]
    assert first.startswith(b"200")
    assert second.startswith(b"403")
    assert b"X-Stillwatch-Action: throttle" in second
    assert b"Retry-After: 60" in second


def test_what_was_free_is_not_free_once_decisions_change(tmp_path: Path) -> None:
    client = client_with()
    answering = Answering(Judge(client))
    head = request("acct-1")[:-4]

    def header(name: str) -> str:
        return "acct-1" if name == "x-stillwatch-account" else ""

    assert not answering.is_free(head)
    assert answering.answer(header, "/", head) == answering.free
    assert answering.is_free(head)
    client._put(Snapshot.build(2, [decision("acct-1")]))
    assert not answering.is_free(head)
    assert answering.answer(header, "/", head).startswith(b"HTTP/1.1 403")
    assert client.tally.taken()[0] == {"allow": 2, "block": 1}


def test_a_body_is_thrown_away_and_the_next_request_still_read(tmp_path: Path) -> None:
    body = "GET /auth HTTP/1.1\r\n\r\n"
    with_body = request("bad", f"Content-Length: {len(body)}") + body.encode()
    said = answers(client_with(decision("bad")), with_body + request("honest"), tmp_path)
    assert said.count(b"HTTP/1.1 403") == 1
    assert said.count(b"HTTP/1.1 200") == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: minus\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"x" * 70_000,
    ],
)
def test_what_is_no_request_is_refused_and_the_connection_closed(tmp_path: Path, sent: bytes) -> None:
    said = answers(client_with(), sent + b"\r\n\r\n" + request("honest"), tmp_path)
    assert said.startswith((b"HTTP/1.1 400", b"HTTP/1.1 431"))
    assert b"200 OK" not in said


def test_a_path_of_the_client_is_never_taken_for_the_health_page(tmp_path: Path) -> None:
    asked = b"GET /auth/_stillwatch/health HTTP/1.1\r\nX-Stillwatch-Account: bad\r\n\r\n"
    forwarded = request("bad", "X-Forwarded-Uri: /_stillwatch/health")
    said = answers(client_with(decision("bad")), asked + forwarded, tmp_path)
    assert said.count(b"HTTP/1.1 403") == 2


def test_a_key_is_known_by_its_hash(tmp_path: Path) -> None:
    from stillwatch.core.decision import Scope

    client = client_with(decision(KEY, scope=Scope.API_KEY))
    sent = request("", "Authorization: Bearer secret") + request("", "X-Api-Key: secret")
    said = answers(client, sent, tmp_path, identity=SUBJECT_WITH_HASHED_KEY)
    assert said.count(b"HTTP/1.1 403") == 2


@given(st.lists(st.integers(1, 40), max_size=30))
@settings(max_examples=25, deadline=None)
def test_however_the_bytes_arrive_the_answers_are_the_same(sizes: list[int]) -> None:
    connection = server._Connection(Answering(Judge(client_with(decision("bad")))), dict, BUFFER)
    written: list[bytes] = []

    class Transport(asyncio.Transport):
        def write(self, data: Any) -> None:
            written.append(bytes(data))

        def is_closing(self) -> bool:
            return False

    connection.connection_made(Transport())
    sent, start = request("honest") + request("bad", "Content-Length: 3") + b"abc" + request("honest"), 0
    for size in [*sizes, len(sent)]:
        feed(connection, sent[start : start + size])
        start += size
    assert [each[9:12] for each in written] == [b"200", b"403", b"200"]


def listen(where: str) -> Callable[[], Any]:
    async def go() -> None:
        listening = await server.serve(where, Answering(Judge(client_with())), dict)
        listening.close()

    return lambda: asyncio.run(go())


def test_it_answers_on_this_machine_only() -> None:
    with pytest.raises(StillwatchError, match="this machine only"):
        listen("0.0.0.0:0")()


def test_a_dead_process_socket_is_replaced_and_a_living_ones_is_not(tmp_path: Path) -> None:
    where = tmp_path / "s.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(where))
    listen(f"unix:{where}")()
    where.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as living:
        living.bind(str(where))
        living.listen()
        with pytest.raises(StillwatchError, match="another sidecar"):
            listen(f"unix:{where}")()
    where.unlink()
    where.write_text("a file")
    with pytest.raises(StillwatchError, match="in the way"):
        listen(f"unix:{where}")()


def test_a_request_costs_little(tmp_path: Path) -> None:
    answering = Answering(Judge(client_with(*(decision(f"acct-{n}") for n in range(500)))))
    connection = server._Connection(answering, dict, BUFFER)

    class Transport(asyncio.Transport):
        def write(self, data: Any) -> None:
            return None

        def is_closing(self) -> bool:
            return False

    connection.connection_made(Transport())
    heads = [request(f"honest-{number}") for number in range(200)]
    best = float("inf")
    for _ in range(10):
        start = time.perf_counter()
        for head in heads:
            feed(connection, head)
        best = min(best, time.perf_counter() - start)
    assert best / len(heads) < 100e-6
