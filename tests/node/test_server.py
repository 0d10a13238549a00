"""What the process that serves does about its parts."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

from stillwatch.node import server
from stillwatch.node.sources.contract import Taker


class Faulty:
    """A source with a fault of ours: its reading ends in a way that it does not expect."""

    name = "files"

    def run(self, _taker: Taker) -> None:
        raise KeyError("tell me how the tides come about")


class Steady:
    """A source that is read until the node stops."""

    name = "redis:exchanges"

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def run(self, taker: Taker) -> None:
        taker.stopping.wait()
        self.stopped.set()


def test_a_source_whose_thread_dies_is_a_problem_and_the_others_are_read_on(caplog: Any) -> None:
    live: Any = SimpleNamespace(intake=None, trouble=None, problems={})
    steady = Steady()
    with server._reading([Faulty(), steady], live):
        deadline = time.monotonic() + 10
        while not live.problems and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not steady.stopped.is_set()
    assert steady.stopped.is_set()
    assert list(live.problems) == ["source files"]
    assert "KeyError" in live.problems["source files"]
    assert "test_server.py" in caplog.text
    assert "tides" not in caplog.text
