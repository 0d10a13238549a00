"""Keeps the worker going: starts it, answers it, hears what it found, and starts it again when it dies."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.node.live import Live
    from stillwatch.node.orders import Orders

_LOG = logging.getLogger(__name__)
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 60.0
_STEADY_S: Final = 120.0


class Supervisor:
    """The serving process's side of the worker.

    Args:
        live: the node; hears how current the verdicts are.
        orders: what the worker is to do.
        on_judged: awaited after each look.
    """

    def __init__(self, live: Live, orders: Orders, on_judged: Callable[[], Awaitable[None]]) -> None:
        self._live = live
        self._orders = orders
        self._on_judged = on_judged
        self.process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Keep a worker going until cancelled."""
        pause = _FIRST_PAUSE_S
        while True:
            begun = time.monotonic()
            try:
                status = await self._one_life()
            except asyncio.CancelledError:
                await self._stop()
                raise
            except Exception as error:  # whatever goes wrong here, the endpoints go on answering
                place = traceback.extract_tb(error.__traceback__)[-1]
                status = -1
                _LOG.error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)
                await self._stop()
            self._live.problems["worker"] = f"the worker ended with status {status}; verdicts stand still"
            if time.monotonic() - begun > _STEADY_S:
                pause = _FIRST_PAUSE_S
            _LOG.error("the worker ended with status %s; it is started again in %g s", status, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def _one_life(self) -> int:
        words = orjson.dumps(dataclasses.asdict(self._orders)).decode()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "stillwatch.node.worker",
            words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the serving process, which ends the worker in order
        )
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            try:
                await self._heard(orjson.loads(line))
            except (orjson.JSONDecodeError, BrokenPipeError, ConnectionResetError):
                break
        return await self.process.wait()

    async def _heard(self, words: dict[str, Any]) -> None:
        live = self._live
        if words.get("ask") == "rotate":
            try:
                complete = await asyncio.to_thread(live.intake.rotate)
            except StillwatchError as error:
                live.problems["log"] = error.message
                await self._answer({"failed": error.message})
            else:
                live.problems.pop("log", None)
                await self._answer({"complete": complete})
        elif "trouble" in words:
            self._note(words["part"], words["trouble"])
        elif "current" in words:
            live.problems.pop("worker", None)
            live.judged = live.judged | {"taken_until": words["current"]}
        elif "cases" in words:
            live.trouble("cases", words["cases"])
        elif "judged" in words:
            live.problems.pop("worker", None)
            live.judged = words["judged"]
            await self._on_judged()

    def _note(self, part: str, words: str) -> None:
        """Note what is wrong with a part of the worker; an empty word takes that back."""
        if words:
            self._live.problems[part] = words
            _LOG.error("the worker: %s", words)
        else:
            self._live.problems.pop(part, None)

    async def _answer(self, words: dict[str, Any]) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(orjson.dumps(words, option=orjson.OPT_APPEND_NEWLINE))
        await self.process.stdin.drain()

    async def _stop(self) -> None:
        """End the worker: it leaves nothing half-done that the next one could not take up."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()
