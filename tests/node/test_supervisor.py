"""What the serving process makes of what its worker says."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from stillwatch.errors import StillwatchError
from stillwatch.node.orders import Orders
from stillwatch.node.supervisor import Supervisor

FULL = StillwatchError("the disk is full", code="SW-STORE-07")
LATER = 2_000_000_000.0


class Node:
    """What the supervisor needs of a node; its log can be rotated or not."""

    def __init__(self) -> None:
        self.fault: StillwatchError | None = None
        self.intake = SimpleNamespace(rotate=self.rotate)
        self.problems: dict[str, str] = {}
        self.judged: dict[str, Any] = {}

    def rotate(self) -> int:
        if self.fault is not None:
            raise self.fault
        return 7


class Script:
    """A worker that says what is written here and keeps what it is answered."""

    def __init__(self, folder: Path, *words: dict[str, Any]) -> None:
        self.answers = folder / "answers"
        self.program = folder / "worker"
        said = [
            f"echo '{orjson.dumps(each).decode()}'"
            + (f"; read -r answer; echo \"$answer\" >> '{self.answers}'" if "ask" in each else "")
            for each in words
        ]
        self.program.write_text("\n".join(["#!/bin/sh", *said, "read -r end"]))
        self.program.chmod(0o755)

    def answered(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.answers.read_text().splitlines()]


@pytest.fixture
def supervise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Script]:
    """Supervises a worker that says given words; comes back once all of them were heard."""

    def run(node: Any, *words: dict[str, Any]) -> Script:
        script = Script(tmp_path, *words, {"judged": {"taken_until": LATER, "look": 3}})
        monkeypatch.setattr(sys, "executable", str(script.program))

        async def until_heard() -> None:
            heard = asyncio.Event()

            async def judged() -> None:
                heard.set()

            task = asyncio.create_task(Supervisor(node, Orders(str(tmp_path)), judged).run())
            await asyncio.wait_for(heard.wait(), 30)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(until_heard())
        return script

    return run


def test_a_log_that_cannot_be_rotated_is_told_to_the_worker_until_it_can_be(
    supervise: Callable[..., Script],
) -> None:
    node = Node()
    assert supervise(node, {"ask": "rotate"}).answered() == [{"complete": 7}]
    node.fault = FULL
    assert supervise(node, {"ask": "rotate"}).answered()[1:] == [{"failed": "the disk is full"}]
    assert node.problems == {"log": "the disk is full"}
    node.fault = None
    supervise(node, {"ask": "rotate"})
    assert node.problems == {}


def test_trouble_of_a_part_outlives_a_turn_that_goes_well_and_ends_with_that_part_alone(
    supervise: Callable[..., Script],
) -> None:
    node = Node()
    supervise(
        node,
        {"part": "authorisations", "trouble": "authorisations are as they last were"},
        {"part": "received", "trouble": "what was received is as it last was"},
        {"part": "worker", "trouble": "the disk is full"},
        {"current": LATER},
    )
    assert set(node.problems) == {"authorisations", "received"}
    supervise(node, {"part": "received", "trouble": ""})
    assert set(node.problems) == {"authorisations"}
    supervise(node, {"part": "authorisations", "trouble": ""})
    assert node.problems == {}
