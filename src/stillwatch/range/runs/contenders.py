"""Runs each contender in a process of its own, so that its time and its memory are its own."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from typing import IO, TYPE_CHECKING, Final

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.range.runs.column_files import LOG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.range.runs.request import Places

STILLWATCH: Final = "stillwatch"


@dataclasses.dataclass(frozen=True, slots=True)
class Effort:
    """What a contender took: wall seconds and the highest memory of its process, reading included.

    Stillwatch's seconds include the start of Python; baselines share one start.
    """

    seconds: float
    peak_gib: float


def run_baselines(names: Sequence[str], places: Places) -> Iterator[tuple[str, Effort]]:
    """Let baselines judge the prepared world, one after another; gives each one's effort when it is done.

    Raises:
        StillwatchError: one ended with an error, which the hint quotes.
    """
    words = [sys.executable, "-m", "stillwatch.range.runs.contestant", str(places.out), *names]
    # Windows of accounts are small: threads that wait for each other would cost more than they save.
    variables = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    waiting = list(names)
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(  # noqa: S603 - this very program
            words, stdout=subprocess.PIPE, stderr=errors, env=os.environ | variables
        ) as process:
            for line in process.stdout or ():
                done = json.loads(line)
                waiting.remove(done["name"])
                yield done["name"], Effort(done["seconds"], done["peak_gib"])
        if process.returncode:
            raise _failed(waiting[0], process.returncode, errors)


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
            raise _failed(name, process.returncode, errors)
    return Effort(seconds, usage.ru_maxrss / 2**20)  # Linux counts in KiB


def _failed(name: str, status: int, errors: IO[bytes]) -> StillwatchError:
    errors.seek(0)
    return StillwatchError(
        f"the contender '{name}' ended with status {status}",
        code="SW-RANGE-48",
        where=name,
        hint=errors.read().decode(errors="replace").strip()[-500:],
        exit_code=ExitCode.UNREADABLE,
    )
