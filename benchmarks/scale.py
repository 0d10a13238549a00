"""``stillwatch detect`` on stores of sketched exchanges: time, memory and growth.

The store is made as a stream, see `sketched`. What is measured is the command, on two cores and with ``memory_gib`` 8.
Memory is given twice: what the process could not give back (``anonymous``), and the most it ever held, with the pages
of files that the system may take back at any time. On a busy machine processor seconds say more than wall time.

``EXCHANGES=1000000,100000000`` in the environment measures other sizes.
"""

from __future__ import annotations

import dataclasses
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import sketched

DESCRIPTION = "detect on 1 M, 3 M and 10 M sketched exchanges: seconds, memory, bytes stored, growth"
TARGETS = (
    ("seconds_10000000", "detect on 10 M sketched exchanges", "<=", 120, "s"),
    (
        "anonymous_gib_10000000",
        "detect on 10 M sketched exchanges, memory that cannot be given back",
        "<=",
        8,
        "GiB",
    ),
    ("exponent", "growth of detect on sketched exchanges, 1 M to 10 M", "<=", 1.15),
)
FULL = (1_000_000, 3_000_000, 10_000_000)
SMALL = (30_000, 100_000)
MEMORY_GIB = 8
_POLL_SECONDS = 0.1


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """What one command took: wall and processor seconds, GiB of memory."""

    seconds: float
    cpu_seconds: float
    anonymous_gib: float
    peak_gib: float


def run(small: bool) -> dict[str, float]:
    """Judge stores of growing size."""
    asked = os.environ.get("EXCHANGES")
    sizes = tuple(int(n) for n in asked.split(",")) if asked else SMALL if small else FULL
    detect(sketched.make(1_000))  # compiled before the clock runs
    figures: dict[str, float] = {}
    taken: list[Taken] = []
    for size in sizes:
        store = sketched.make(size)
        taken.append(detect(store))
        stored = sum(f.stat().st_size for f in store.rglob("*") if f.is_file())
        print(f"{size:,} exchanges: {taken[-1]}, {stored / size:.0f} bytes stored each", file=sys.stderr)
        figures |= {f"{name}_{size}": value for name, value in dataclasses.asdict(taken[-1]).items()}
        figures[f"bytes_{size}"] = stored / size
    if len(sizes) > 1:
        growth = math.log(sizes[-1] / sizes[0])
        figures["exponent"] = math.log(taken[-1].seconds / taken[0].seconds) / growth
        figures["cpu_exponent"] = math.log(taken[-1].cpu_seconds / taken[0].cpu_seconds) / growth
    return figures


def detect(store: Path, *words: str) -> Taken:
    """The command as somebody would type it."""
    environment = os.environ | {
        "STILLWATCH_KEY_FILE": str(sketched.key_file()),
        "STILLWATCH_MEMORY_GIB": str(MEMORY_GIB),
        "STILLWATCH_THREADS": "2",
    }
    with tempfile.TemporaryDirectory(dir=store.parent) as folder:
        command = [sys.executable, "-m", "stillwatch.cli", "detect", "--store", str(store), "--out", folder]
        start = time.perf_counter()
        process = subprocess.Popen([*command, "--quiet", *words], stdout=subprocess.DEVNULL, env=environment)
        anonymous = 0
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            anonymous = max(anonymous, _anonymous_kib(process.pid))
            time.sleep(_POLL_SECONDS)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"detect ended with status {process.returncode} on {store}")
    spent = usage.ru_utime + usage.ru_stime
    return Taken(seconds, spent, anonymous / 2**20, usage.ru_maxrss / 2**20)  # Linux counts in KiB


def _anonymous_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("RssAnon")), 0)
