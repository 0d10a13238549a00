"""How long to wait: after a failure, when told to, and so as not to ask too often."""

from __future__ import annotations

import datetime
import email.utils
import threading
from collections.abc import Callable, Mapping
from typing import Final

from stillwatch import clock

_FIRST_S: Final = 1.0
_LONGEST_S: Final = 60.0


def backoff(attempt: int, first_s: float = _FIRST_S) -> float:
    """Seconds to wait after the attempt of that number, counted from 0: 1, 2, 4 … 60."""
    return float(min(first_s * 2 ** min(attempt, 16), _LONGEST_S))


def asked_pause(headers: Mapping[str, str], now: clock.Clock = clock.now) -> float | None:
    """Seconds that an answer asks to wait (RFC 9110, section 10.2.3: seconds or a date); None where it does not."""
    wanted = headers.get("retry-after", "").strip()
    if not wanted:
        return None
    try:
        return max(0.0, float(wanted))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(wanted)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return max(0.0, (moment - now()).total_seconds())


class Pace:
    """Keeps requests of several threads apart, so that there are no more than so many a minute.

    Args:
        per_minute: the most; 0 for no limit.
        monotonic: seconds on a clock that only grows.
        sleep: how to wait.
    """

    def __init__(
        self, per_minute: int, monotonic: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._apart = 60.0 / per_minute if per_minute else 0.0
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next request may go out."""
        if not self._apart:
            return
        with self._lock:
            now = self._monotonic()
            at = max(now, self._next)
            self._next = at + self._apart
        if at > now:
            self._sleep(at - now)
