"""The one place that asks the system what time it is, so that tests and replays can say otherwise."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable
from typing import Final, TypeAlias

Clock: TypeAlias = Callable[[], datetime.datetime]
"""Gives the present moment as an aware datetime in UTC."""

_FOLLOWED_S: Final = 2.0
_BELIEVED_AFTER_S: Final = 900.0


def now() -> datetime.datetime:
    """The present moment in UTC."""
    return datetime.datetime.now(datetime.UTC)


class Steady:
    """Seconds since 1970 by a clock that does not jump with the system's.

    Small corrections are followed at once. A jump is not: time goes on as it went before, until the system's clock
    comes back or has stood by its new time for a quarter of an hour. So a clock that is wrong for a moment ends no
    decision before its time, and one that was wrong from the beginning is not held against a machine for ever.

    Args:
        wall: the system's clock in seconds since 1970.
        running: a clock that never jumps and counts while the machine sleeps.
        believed_after_s: how long a jump has to last.
    """

    def __init__(
        self,
        *,
        wall: Callable[[], float] | None = None,
        running: Callable[[], float] | None = None,
        believed_after_s: float = _BELIEVED_AFTER_S,
    ) -> None:
        self._wall = wall or (lambda: time.time())
        self._running = running or (lambda: time.clock_gettime(time.CLOCK_BOOTTIME))
        self._believed_after_s = believed_after_s
        self._lock = threading.Lock()
        self._base = self._wall() - self._running()
        self._jumped: tuple[float, float] | None = None  # when it was first seen, and by how much

    def __call__(self) -> float:
        """The present moment."""
        with self._lock:
            running = self._running()
            ahead = self._wall() - running - self._base
            if abs(ahead) <= _FOLLOWED_S:
                self._base += ahead
                self._jumped = None
            elif self._jumped is None or abs(ahead - self._jumped[1]) > _FOLLOWED_S:
                self._jumped = running, ahead  # another jump begins its quarter of an hour anew
            elif running - self._jumped[0] >= self._believed_after_s:
                self._base += ahead
                self._jumped = None
            return self._base + running

    @property
    def jumped_s(self) -> float:
        """By how much the system's clock is ahead of what is believed; 0 where it is believed."""
        self()
        return 0.0 if self._jumped is None else self._jumped[1]
