"""Runs at the start of every program that a fault test starts: its clock and its disk are then in the test's hands.

``FAULT_CLOCK`` names a file with the seconds by which the clock is wrong, ``FAULT_DISK`` one that holds up every flush
to disk for as long as it is there. The program itself is the real one and knows nothing of either.
"""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable
from pathlib import Path


def _wrong_clock(place: Path) -> None:
    real = time.time

    def wrong() -> float:
        try:
            return real() + float(place.read_text() or 0)
        except (OSError, ValueError):
            return real()

    time.time = wrong
    from stillwatch import clock

    clock.now = lambda: datetime.datetime.fromtimestamp(wrong(), datetime.UTC)


def _slow_disk(place: Path) -> None:
    def slowed(flush: Callable[[int], None]) -> Callable[[int], None]:
        def wait(handle: int) -> None:
            while place.exists():
                time.sleep(0.01)
            flush(handle)

        return wait

    os.fsync, os.fdatasync = slowed(os.fsync), slowed(os.fdatasync)


if "FAULT_CLOCK" in os.environ:
    _wrong_clock(Path(os.environ["FAULT_CLOCK"]))
if "FAULT_DISK" in os.environ:
    _slow_disk(Path(os.environ["FAULT_DISK"]))
