"""The whole of ``stillwatch detect`` on a large canonical log, against a bare scan of the same file, and its growth."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import corpus, scan
from benchmarks.measured import Measured

DESCRIPTION = (
    "all of detect on 1 M exchanges, against a bare DuckDB scan of the prompts; growth from 1 M to 4 M"
)

TARGETS = (
    ("detect_over_scan", "all of detect, over a bare scan", "<=", 12, "×"),
    ("exponent", "growth of detect, 1 M to 4 M", "<=", 1.15),
)


def run(small: bool) -> dict[str, float]:
    """Judge one corpus and another of four times its size."""
    one = 50_000 if small else 1_000_000
    _detect(corpus.make(1_000))  # compiled before the clock runs, as it is on every start but the first
    path = corpus.make(one)
    scanned = scan.seconds(path)
    first = _detect(path)
    print(f"{one:,} exchanges: {first.seconds:.1f} s, scan {scanned:.2f} s", file=sys.stderr)
    second = _detect(corpus.make(4 * one))
    print(f"{4 * one:,} exchanges: {second.seconds:.1f} s", file=sys.stderr)
    return {
        "detect_over_scan": first.seconds / scanned,
        "exponent": math.log(second.seconds / first.seconds, 4),
        "peak_gib": first.peak_gib,
        "peak_gib_of_four_times": second.peak_gib,
        "scan_s": scanned,
        "exchanges": one,
    }


def _detect(path: Path) -> Measured:
    """The command as somebody would type it, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "stillwatch.cli", "detect", str(path), "--out", folder, "--quiet"]
        environment = os.environ | {"STILLWATCH_KEY_FILE": f"{folder}/key"}
        start = time.perf_counter()
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"detect ended with status {process.returncode} on {path}")
    return Measured(seconds, usage.ru_maxrss / 2**20)  # Linux counts in KiB
