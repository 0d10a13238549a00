"""Letting a throttled account through at its rate: a token bucket each, in memory, at one gateway."""

from __future__ import annotations

import collections
import math
import threading
import time
from collections.abc import Callable
from typing import Final

_MOST: Final = 100_000
_BURST_S: Final = 10.0


class Pacer:
    """Token buckets by name. Each holds ten seconds' worth of requests, at least one.

    It begins full, but with no more than comes in until the throttle ends: a throttle of half a minute would take
    nothing from an account that asks once a minute if its first request were free.

    With several processes or machines each paces for itself: the rate is then let through once by each.

    Args:
        monotonic: a clock that never steps.
        most: buckets kept; beyond that the one longest unused is forgotten.
    """

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic, most: int = _MOST) -> None:
        self._monotonic = monotonic
        self._most = most
        self._lock = threading.Lock()
        self._buckets: collections.OrderedDict[str, tuple[float, float]] = collections.OrderedDict()

    def wait_s(self, name: str, rate_per_minute: float | None, lasts_s: float = math.inf) -> float:
        """Take one request out of a bucket; seconds until there is one if there is none now, else 0.

        Args:
            name: whose bucket.
            rate_per_minute: requests a minute; None or less than one in an hour counts as one in an hour.
            lasts_s: seconds until the throttle ends; nobody is told to wait longer.
        """
        rate = max(rate_per_minute or 0.0, 1 / 60) / 60
        size = max(1.0, rate * _BURST_S)
        now = self._monotonic()
        with self._lock:
            level, then = self._buckets.pop(name, (min(size, rate * lasts_s), now))
            level = min(size, level + (now - then) * rate)
            allowed = level >= 1.0
            self._buckets[name] = (level - 1.0 if allowed else level, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else min((1.0 - level) / rate, lasts_s)
