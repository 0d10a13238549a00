"""What time it is at the node, told at a gateway whose own clock may be wrong, stepped or adrift."""

from __future__ import annotations

import collections
import statistics
import time
from collections.abc import Callable
from typing import Final

_REMEMBERED: Final = 5


class NodeClock:
    """Decisions expire by the node's clock, since the node wrote their ends.

    Between two heartbeats time passes by the monotonic clock, so a step of the wall clock does nothing. The offset is
    the median of the last five heartbeats: one that was delayed or is plainly wrong moves nothing.

    Args:
        offset_s: the node's clock minus this machine's wall clock, as known from an earlier run.
        wall: this machine's clock in seconds since 1970.
        monotonic: a clock that never steps.
    """

    def __init__(
        self,
        offset_s: float = 0.0,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._heard: collections.deque[float] = collections.deque(maxlen=_REMEMBERED)
        self._base = wall() + offset_s - monotonic()

    def heard(self, node_now: float) -> None:
        """Take in what time the node says it is, in seconds since 1970."""
        self._heard.append(node_now - self._monotonic())
        self._base = statistics.median(self._heard)

    def now(self) -> float:
        """Seconds since 1970 by the node's clock."""
        return self._base + self._monotonic()

    @property
    def offset_s(self) -> float:
        """How far the node's clock is ahead of this machine's."""
        return self.now() - self._wall()
