"""A server of its own process is tested with each program that is one; here is what they share."""

from __future__ import annotations

import asyncio
import socket

from stillwatch.serving.running import answers, first_end, together


def test_parts_end_together_and_one_that_ends_by_itself_is_told() -> None:
    ended: list[str] = []

    async def lasting() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("lasting")

    async def failing() -> None:
        raise OSError("gone")

    async def told() -> list[str]:
        words = []
        async with together(failing(), lasting()) as tasks:
            for task in await first_end(asyncio.Event(), tasks):
                words.append(str(task.exception()))
        return words

    assert asyncio.run(told()) == ["gone"]
    assert ended == ["lasting"]


def test_a_signal_ends_the_wait_while_every_part_goes_on() -> None:
    async def parts_ended_first() -> bool:
        stop, last_request = asyncio.Event(), asyncio.Event()

        async def server() -> None:
            await last_request.wait()

        async with together(server(), asyncio.sleep(3600)) as tasks:
            stop.set()
            done = await first_end(stop, tasks)
            last_request.set()
            return not done.isdisjoint(tasks)

    assert asyncio.run(parts_ended_first()) is False


def test_a_port_answers_once_somebody_listens() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        assert asyncio.run(answers("127.0.0.1", one.getsockname()[1]))
