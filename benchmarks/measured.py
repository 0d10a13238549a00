"""Runs one function in a process of its own, so that its time and its memory are its own."""

from __future__ import annotations

import dataclasses
import importlib
import json
import resource
import subprocess
import sys
import time


@dataclasses.dataclass(frozen=True, slots=True)
class Measured:
    """What a function took: wall seconds of the call, and the highest memory its process ever held."""

    seconds: float
    peak_gib: float


def measured(module: str, function: str, *words: str) -> Measured:
    """Call ``module.function(*words)`` in a new process; starting Python and importing are not counted in the time."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.measured", module, function, *words],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _main(module: str, function: str, *words: str) -> None:
    call = getattr(importlib.import_module(module), function)
    start = time.perf_counter()
    call(*words)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # Linux counts in KiB
    print(json.dumps({"seconds": seconds, "peak_gib": peak}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
