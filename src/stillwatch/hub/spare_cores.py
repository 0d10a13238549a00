"""Processes that get large submissions ready (see ``judging.ahead``), so that the hub's own has time to store.

A helper is told the policy and the key by which objects are named, and holds nothing else of the hub's. It reads from
its parent and ends with it, however that ends. Where there is none, or it fails, the hub does the work itself.
"""

from __future__ import annotations

import contextlib
import datetime
import gc
import logging
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from typing import IO, Any, Final

from stillwatch.hub.judging.ahead import Ahead, Readying
from stillwatch.sharing.gate import Gate, GatePolicy, Rewriter

LARGE: Final = 100_000
"""Bytes of a body; smaller ones are looked at sooner than they are handed over."""
COLLECT_AFTER: Final = 50_000
"""An envelope is tens of thousands of values that live for a moment and hold no cycles."""
_MOST: Final = 2
_SIZE: Final = struct.Struct(">Q")
_LOG = logging.getLogger(__name__)


class Helpers:
    """As many processes as there are spare cores, at most two; each is started when it is first needed.

    Args:
        policy: the gate's.
        key: of the hub's names, 32 secret bytes.
        most: processes; those of spare cores unless given.
    """

    def __init__(self, policy: GatePolicy, key: bytes, most: int | None = None) -> None:
        spare = len(os.sched_getaffinity(0)) - 1
        self._told = pickle.dumps((policy, key))
        self._places: queue.SimpleQueue[_Helper | None] = queue.SimpleQueue()
        self._count = min(_MOST, spare) if most is None else most
        for _ in range(self._count):
            self._places.put(None)
        self._closed = threading.Event()

    def ready(self, body: bytes, member: str, shown_as: str, day: datetime.date) -> list[Ahead] | None:
        """What `Readying.ready` says; None as well where no helper can be asked."""
        if not self._count or len(body) < LARGE or self._closed.is_set():
            return None
        helper = self._places.get()
        try:
            helper = helper or _Helper(self._told)
            return helper.ask((body, member, shown_as, day))
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            _LOG.warning("a helper process failed: %s", type(error).__name__)
            if helper is not None:
                helper.close()
            helper = None
            return None
        finally:
            self._places.put(helper)

    def close(self) -> None:
        """End the processes; whoever waits for one is served before."""
        self._closed.set()
        for _ in range(self._count):
            helper = self._places.get()
            if helper is not None:
                helper.close()
            self._places.put(None)


class _Helper:
    """One process.

    Args:
        told: what it has to know, pickled.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(self, told: bytes) -> None:
        program = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - fixed
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        try:
            _send(self._to, told)
        except OSError:
            self.close()
            raise

    def ask(self, question: tuple[Any, ...]) -> list[Ahead] | None:
        """Its answer.

        Raises:
            OSError, EOFError, pickle.UnpicklingError: it is gone.
        """
        _send(self._to, pickle.dumps(question))
        answer: list[Ahead] | None = pickle.loads(_receive(self._from))  # noqa: S301 - our own child wrote it
        return answer

    def close(self) -> None:
        """Let it end."""
        for each in (self._to, self._from):
            with contextlib.suppress(OSError):
                each.close()
        self._process.kill()
        self._process.wait()


def _send(to: IO[bytes], data: bytes) -> None:
    to.write(_SIZE.pack(len(data)))
    to.write(data)
    to.flush()


def _receive(source: IO[bytes]) -> bytes:
    """One message.

    Raises:
        EOFError: the other side is gone.
    """
    head = source.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    (size,) = _SIZE.unpack(head)
    data = source.read(size)
    if len(data) < size:
        raise EOFError
    return data


def main() -> None:
    """The process: reads what it has to know, then one submission after the other until its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's interrupt is for the hub, which ends this one
    gc.set_threshold(COLLECT_AFTER, 20, 50)
    source, to = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(EOFError, BrokenPipeError):
        policy, key = pickle.loads(_receive(source))  # noqa: S301 - our own parent wrote it
        readying = Readying(Gate(policy), Rewriter(key))
        while True:
            body, member, shown_as, day = pickle.loads(_receive(source))  # noqa: S301 - as above
            _send(to, pickle.dumps(readying.ready(body, member, shown_as, day)))


if __name__ == "__main__":
    main()
