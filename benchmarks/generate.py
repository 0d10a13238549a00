"""How fast worlds are made: a million exchanges with their truth, written by as many processes as there are cores.

The full version makes 1,000,000 exchanges of the standard world; the seconds hold planning, writing and
compressing, everything that ``stillwatch range make`` does. On a machine that is busy with other things the
processor time says more: seconds cannot be fewer than it divided by the cores.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from stillwatch.range.world import make_world
from stillwatch.range.writing import write_world

DESCRIPTION = "seconds to make a world of a million exchanges with its truth"

TARGETS = (("seconds_per_million", "a world of a million exchanges", "<=", 120, "s"),)

SEED = 1
FULL, SMALL = 1_000_000, 60_000
EXCHANGES_EACH = 52  # exchanges to an account, about as many as the standard world has


def run(small: bool) -> dict[str, Any]:
    """Time to plan and to write, and the most memory of any process."""
    wanted = SMALL if small else FULL
    begin = time.perf_counter()
    world = make_world("standard", SEED, wanted // EXCHANGES_EACH, wanted)
    planned = time.perf_counter()
    print(f"planned {len(world):,} exchanges of {len(world.accounts):,} accounts", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        written = write_world(world, Path(folder))
        size = written.logs.stat().st_size
    seconds = time.perf_counter() - begin
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    spent = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    peak = max(usage.ru_maxrss for usage in usages)
    return {
        "exchanges": len(world),
        "accounts": len(world.accounts),
        "seconds": seconds,
        "plan_seconds": planned - begin,
        "exchanges_per_s": len(world) / seconds,
        "seconds_per_million": seconds / len(world) * 1e6,
        "gzip_bytes_per_exchange": size / len(world),
        "cpu_seconds_per_million": spent / len(world) * 1e6,
        "peak_gib": peak / 2**20,
    }
