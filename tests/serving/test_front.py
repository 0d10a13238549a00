"""What is answered in front and what reaches the server behind, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.serving.front import Front

WAIT_S = 30
SHORT = b"GET /short HTTP/1.1\r\nhost: a\r\n\r\n"
OTHER = b"POST /other HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"


def answer(head: bytes) -> bytes | None:
    return b"<front>" if head + b"\r\n\r\n" == SHORT else None


class Behind:
    """A server that answers every byte with itself, and remembers them."""

    def __init__(self) -> None:
        self.got = b""
        self.ended = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                self.got += data
                writer.write(data)
                await writer.drain()
        self.ended += 1
        writer.close()


@contextlib.asynccontextmanager
async def running(
    behind: Behind, idle_s: float = 60, answering: Callable[[bytes], bytes | None] = answer
) -> AsyncIterator[int]:
    """A front at a free port; the port."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        path = Path(folder) / "http"
        server = await asyncio.start_unix_server(behind.serve, path)
        front = Front(answering, path, idle_s=idle_s)
        task = asyncio.create_task(front.serve("127.0.0.1", port))
        for _ in range(WAIT_S * 100):
            with contextlib.suppress(OSError):
                (await asyncio.open_connection("127.0.0.1", port))[1].close()
                break
            await asyncio.sleep(0.01)
        try:
            yield port
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            server.close()


def asked(*pieces: bytes, whole: int, idle_s: float = 60) -> tuple[bytes, Behind]:
    """What comes back for pieces that are sent one after the other, that many bytes of it, and the server behind."""
    behind = Behind()

    async def work() -> bytes:
        async with running(behind, idle_s) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)
            async with asyncio.timeout(WAIT_S):
                return await reader.readexactly(whole)

    return asyncio.run(work()), behind


def test_short_questions_are_answered_in_front_however_many_come_at_once() -> None:
    out, behind = asked(SHORT, SHORT * 3, whole=4 * len(b"<front>"))
    assert out == b"<front>" * 4
    assert behind.got == b""


def test_a_connection_is_handed_over_with_the_first_other_request_and_stays_there() -> None:
    rest = OTHER + SHORT
    out, behind = asked(SHORT + rest, SHORT, whole=len(b"<front>" + rest + SHORT))
    assert out == b"<front>" + rest + SHORT
    assert behind.got == rest + SHORT


@pytest.mark.parametrize("broken", [b"\r\n\r\n", b"GET", b"\x16\x03\x01", SHORT[:-2], b"GET /short\r\n\r\n"])
def test_what_is_no_whole_question_is_left_to_the_server_behind(broken: bytes) -> None:
    out, behind = asked(broken, whole=len(broken))
    assert out == broken == behind.got


class Refusing(Behind):
    """A server that has heard enough after the first bytes."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.got += await reader.read(100)
        writer.write(b"<refused>")
        writer.close()


def test_who_is_refused_while_still_sending_reads_the_refusal() -> None:
    def told(port: int) -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=WAIT_S) as client:
            client.sendall(OTHER + b"x" * (8 << 20))
            client.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: client.recv(1 << 16), b""))

    async def work() -> bytes:
        async with running(Refusing()) as port:
            return await asyncio.to_thread(told, port)

    assert asyncio.run(work()) == b"<refused>"


@given(
    st.lists(st.sampled_from([SHORT, OTHER, b"noise\r\n\r\n"]), min_size=1, max_size=6),
    st.lists(st.integers(1, 60), max_size=8),
)
@settings(max_examples=15, deadline=None)
def test_no_byte_is_lost_or_answered_twice_however_a_stream_is_cut(
    parts: list[bytes], cuts: list[int]
) -> None:
    stream = b"".join(parts)
    pieces, start = [], 0
    for cut in cuts:
        pieces.append(stream[start : start + cut])
        start += cut
    pieces = [each for each in (*pieces, stream[start:]) if each]
    behind = Behind()

    async def work() -> bytes:
        async with running(behind) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0)
            writer.write_eof()
            async with asyncio.timeout(WAIT_S):
                return await reader.read()

    out = asyncio.run(work())
    in_front = (len(stream) - len(behind.got)) // len(SHORT)
    assert stream == SHORT * in_front + behind.got
    assert out == b"<front>" * in_front + behind.got


def test_much_is_passed_on_whole_both_ways_to_one_who_reads_slowly() -> None:
    sent = OTHER + bytes(range(256)) * 16_000
    behind = Behind()

    async def work() -> bytes:
        async with running(behind) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)

            async def send() -> None:
                writer.write(sent)
                await writer.drain()
                writer.write_eof()

            sending = asyncio.create_task(send())
            out = bytearray()
            async with asyncio.timeout(2 * WAIT_S):
                while piece := await reader.read(1 << 16):
                    out += piece
                    await asyncio.sleep(0)
                await sending
            return bytes(out)

    assert asyncio.run(work()) == sent == behind.got


def test_whoever_does_not_read_the_answers_is_asked_for_no_more_questions_until_he_does() -> None:
    answered = 0
    long = b"x" * 100_000

    def counting(_head: bytes) -> bytes:
        nonlocal answered
        answered += 1
        return long

    async def work() -> int:
        async with running(Behind(), answering=counting) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            writer.write(SHORT * 1000)
            before = -1
            while answered != before:
                before = answered
                await asyncio.sleep(0.3)
            writer.transport.resume_reading()  # type: ignore[attr-defined]
            async with asyncio.timeout(2 * WAIT_S):
                for _ in range(1000):
                    assert await reader.readexactly(len(long)) == long
            return before

    assert asyncio.run(work()) < 500  # the system's own buffers take some
    assert answered == 1000


def test_one_end_that_closes_ends_the_other() -> None:
    behind = Behind()

    async def work() -> bool:
        async with running(behind) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(OTHER)
            assert await reader.readexactly(len(OTHER)) == OTHER
            writer.close()
            return await true(lambda: behind.ended == 2)  # the first is the look whether it answers

    assert asyncio.run(work())


async def true(told: Callable[[], bool]) -> bool:
    """Whether something comes true in time."""
    for _ in range(WAIT_S * 100):
        if told():
            return True
        await asyncio.sleep(0.01)
    return False


def closes(first: bytes, idle_s: float = 60, *, spoil: bool = False) -> bytes:
    """What is read until the other side closes."""

    async def work() -> bytes:
        async with running(Behind(), idle_s) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(first)
            if spoil:
                writer.write_eof()
            async with asyncio.timeout(WAIT_S):
                return await reader.read()

    return asyncio.run(work())


def test_a_connection_that_says_nothing_for_long_is_closed() -> None:
    assert closes(SHORT, idle_s=0.2) == b"<front>"


def test_a_client_that_asks_nothing_more_still_gets_its_answer() -> None:
    assert closes(SHORT, spoil=True) == b"<front>"
    assert closes(OTHER, spoil=True) == OTHER


def test_a_front_does_not_begin_where_nobody_is_behind() -> None:
    async def beginning() -> None:
        with tempfile.TemporaryDirectory() as folder:
            await Front(answer, Path(folder) / "nobody", patience_s=0.1).serve("127.0.0.1", 0)

    with pytest.raises(OSError, match="No such file"):
        asyncio.run(beginning())
