"""Starts each contender in a process of its own, so that its time and its memory are its own."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Final

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.range.runs.column_files import LOG

if TYPE_CHECKING:
    from stillwatch.range.runs.request import Places

STILLWATCH: Final = "stillwatch"


@dataclasses.dataclass(frozen=True, slots=True)
class Effort:
    """What a contender took: wall seconds and the highest memory of its process, start and reading included."""

    seconds: float
    peak_gib: float


def run_baseline(name: str, places: Places) -> Effort:
    """Let a baseline judge the prepared world.

    Raises:
        StillwatchError: it ended with an error, which the hint quotes.
    """
    words = [sys.executable, "-m", "stillwatch.range.runs.contestant", name, str(places.out)]
    # Windows of accounts are small: threads that wait for each other would cost more than they save.
    return _measured(name, words, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")


def run_stillwatch(places: Places) -> Effort:
    """Let ``stillwatch detect`` judge the prepared world, as somebody would type it, with a key that is thrown away.

    Raises:
        StillwatchError: it ended with an error, which the hint quotes.
    """
    words = [sys.executable, "-m", "stillwatch.cli", "detect", str(places.made("world") / LOG), "--quiet"]
    words += ["--out", str(places.verdicts(STILLWATCH))]
    earlier = places.made("history") / LOG
    if earlier.is_file():
        words += ["--baseline", str(earlier)]
    with tempfile.TemporaryDirectory() as folder:
        return _measured(STILLWATCH, words, STILLWATCH_KEY_FILE=f"{folder}/key")


def _measured(name: str, words: list[str], **variables: str) -> Effort:
    with tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - this very program
            words, stdout=subprocess.DEVNULL, stderr=errors, env=os.environ | variables
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise StillwatchError(
                f"the contender '{name}' ended with status {process.returncode}",
                code="SW-RANGE-48",
                where=name,
                hint=errors.read().decode(errors="replace").strip()[-500:],
                exit_code=ExitCode.UNREADABLE,
            )
    return Effort(seconds, usage.ru_maxrss / 2**20)  # Linux counts in KiB
