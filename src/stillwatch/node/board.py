"""The decisions in force as the node answers from them, and the lines that tell gateways what changed.

One snapshot answers every question. Each change makes the next one and one line for the stream; the last lines are
kept, so that a gateway that was away for a moment is told the difference and not everything.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import itertools
from typing import TYPE_CHECKING, Final

from stillwatch.enforcement.moments import moment_of
from stillwatch.enforcement.wire import Change, to_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.enforcement.snapshot import Snapshot
    from stillwatch.enforcement.store import DecisionStore

_KEPT_LINES: Final = 1000
_PIECE: Final = 500
"""Decisions that are put into words at a time: few enough that no answer waits for them."""
_NEW: Final = b'"new":['
_NOTHING_NEW: Final = _NEW + b"]"


@dataclasses.dataclass(frozen=True, slots=True)
class _Step:
    """One change: from which version to which, as the stream says it."""

    before: int
    after: int
    line: bytes


class Board:
    """The snapshot in force and who waits for the next.

    Args:
        store: the decisions on disk, of which this process is the writer.
    """

    def __init__(self, store: DecisionStore) -> None:
        self.store = store
        self.snapshot = store.snapshot()
        self.changed_at = store.clock()
        self._steps: collections.deque[_Step] = collections.deque(maxlen=_KEPT_LINES)
        self._next = asyncio.Event()
        self.closed = False
        self._turn = asyncio.Lock()

    def close(self) -> None:
        """Let everybody go who waits for a change: the node stops."""
        self.closed = True
        self._next.set()

    async def refresh(self) -> None:
        """Take over what the store has changed, off the event loop, and tell who waits."""
        async with self._turn:
            found = await asyncio.to_thread(self._next_snapshot)
            if found is None:
                return
            # No await from here on: a gateway that saw the new version without its line would miss what changed.
            self.snapshot, step = found
            self.changed_at = self.store.clock()
            if step is None:
                self._steps.clear()
            else:
                self._steps.append(step)
            waiting, self._next = self._next, asyncio.Event()
            waiting.set()

    def _next_snapshot(self) -> tuple[Snapshot, _Step | None] | None:
        """The next snapshot and the step to it, None where only everything will do; None where nothing changed."""
        before = self.snapshot
        if self.store.version == before.version:
            return None
        change = self.store.changes(before.version, before.epoch)
        step = None if change.full else _Step(before.version, change.version, to_line(change))
        return before.changed(change), step

    async def wait(self, seconds: float) -> None:
        """Until something changes, or that long."""
        try:
            await asyncio.wait_for(self._next.wait(), seconds)
        except TimeoutError:
            return

    def lines_since(self, version: int, epoch: str) -> list[bytes] | None:
        """What a gateway at that version has to be told; None where only everything will do."""
        if epoch != self.snapshot.epoch or version > self.snapshot.version:
            return None
        if version == self.snapshot.version:
            return []
        if not self._steps or self._steps[0].before > version:
            return None
        return [step.line for step in self._steps if step.after > version]

    async def missed(self, version: int, epoch: str) -> Change | None:
        """What a gateway missed that was away for longer than lines are kept; None where only everything will do."""
        if epoch != self.snapshot.epoch or not 0 < version < self.snapshot.version:
            return None
        change = await asyncio.to_thread(self.store.changes, version, epoch)
        if change.version > self.snapshot.version:
            await self.refresh()
        return None if change.full or len(change.new) > len(self.snapshot) // 2 else change

    def heartbeat(self) -> bytes:
        """A line that says nothing but version and time."""
        snapshot = self.snapshot
        return to_line(Change(snapshot.epoch, snapshot.version, False, now=moment_of(self.store.clock())))

    def everything(self) -> Iterator[bytes]:
        """What is in force, as one line in pieces."""
        now = moment_of(self.store.clock())
        snapshot = self.snapshot
        head, tail = to_line(Change(snapshot.epoch, snapshot.version, True, (), now=now)).split(
            _NOTHING_NEW, 1
        )
        yield head + _NEW
        everything, comma = iter(snapshot), b""
        while some := list(itertools.islice(everything, _PIECE)):
            yield comma + b",".join(to_line(each)[:-1] for each in some)
            comma = b","
        yield b"]" + tail
