"""How far a long command has come: one redrawn line on a terminal, now and then a plain line elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

_REDRAW_SECONDS = 0.1
_LINE_SECONDS = 5.0
_ERASE_LINE = "\r\x1b[2K"


class Progress:
    """Counts bytes and records of one stage and tells a person how it goes.

    Use as a context manager, so that the last line is finished whatever happens::

        with Progress(total, "reading", quiet=quiet) as progress:
            progress.advance(len(block), records)

    Args:
        total: bytes to come; None where nobody knows (standard input), then no percentage is shown.
        label: what is being done, as a participle.
        quiet: say nothing.
        stream: where to write; standard error unless told otherwise.
        clock: seconds that only ever grow.
    """

    def __init__(
        self,
        total: int | None,
        label: str,
        *,
        quiet: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._label = label
        self._quiet = quiet
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._redraws = self._stream.isatty()
        self._interval = _REDRAW_SECONDS if self._redraws else _LINE_SECONDS
        self._start = self._last = clock()
        self._bytes = 0
        self._items = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.done(completed=kind is None)

    def advance(self, bytes_: int, items: int = 0) -> None:
        """Adds what was just done; draws when the last drawing is old enough."""
        self._bytes += bytes_
        self._items += items
        now = self._clock()
        if not self._quiet and now - self._last >= self._interval:
            self._last = now
            self._write(self._line(now), final=False)

    def done(self, *, completed: bool = True) -> None:
        """Finishes the line: a summary, or only what was reached where it was cut short."""
        if self._quiet:
            return
        now = self._clock()
        self._write(self._summary(now) if completed else self._line(now), final=True)

    def _write(self, line: str, *, final: bool) -> None:
        """Redraws in place on a terminal, else prints a line of its own."""
        if self._redraws:
            self._stream.write(_ERASE_LINE + line + ("\n" if final else ""))
        else:
            self._stream.write(line + "\n")
        self._stream.flush()

    def _line(self, now: float) -> str:
        """Where it stands: share done, speed, time left."""
        parts = [self._label]
        if self._total:
            parts.append(f"{min(self._bytes / self._total, 1.0):4.0%}")
        parts += self._rates(now)
        left = self._seconds_left(now)
        if left is not None:
            parts.append(f"{_duration(left)} left")
        return "  ".join(parts)

    def _summary(self, now: float) -> str:
        """What was done in all."""
        done = f"{self._bytes / 1e6:,.1f} MB" if self._bytes else ""
        items = f"{self._items:,} records" if self._items else ""
        return "  ".join(
            part for part in (self._label, done, items, f"in {_duration(now - self._start)}") if part
        )

    def _rates(self, now: float) -> list[str]:
        """Megabytes and records a second since the start."""
        seconds = now - self._start
        if seconds <= 0:
            return []
        rates = [f"{self._bytes / 1e6 / seconds:,.1f} MB/s"] if self._bytes else []
        if self._items:
            rates.append(f"{self._items / seconds:,.0f} records/s")
        return rates

    def _seconds_left(self, now: float) -> float | None:
        """Time to come at the average speed so far; None where it cannot be told."""
        if not self._total or not self._bytes:
            return None
        return max(self._total - self._bytes, 0) * (now - self._start) / self._bytes


def _duration(seconds: float) -> str:
    """A length of time as a person would say it: 4.2 s, 3 min 20 s, 2 h 05 min."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"
