"""All targets one after the other, each for its part of the time, each in a process of its own."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.registry import Target

OUT = Path(__file__).resolve().parents[1] / "build" / "fuzz"
_STARTING_S = 120.0
_TRIED = re.compile(rb"stat::number_of_executed_units:\s*(\d+)")


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """How a target did.

    Attributes:
        tried: inputs; 0 where the process did not say.
        found: files with inputs that are too much for it.
        words: the last that it said, where something was found.
    """

    target: str
    tried: int
    seconds: float
    found: tuple[Path, ...]
    words: str


def guided() -> bool:
    """Whether atheris is installed."""
    return importlib.util.find_spec("atheris") is not None


def fuzzed(target: Target, seconds: float, out: Path = OUT) -> Outcome:
    """Fuzzes one target from its kept inputs; new ones are thrown away unless they are too much."""
    found = out / target.name
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir(parents=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as new:
        words = [new, *map(str, target.folders), f"-max_total_time={max(1, round(seconds))}", "-timeout=20"]
        words += ["-rss_limit_mb=3000", "-print_final_stats=1", "-verbosity=0", f"-artifact_prefix={found}/"]
        done = subprocess.run(
            [sys.executable, "-m", "fuzz.guided", target.name, *words],
            capture_output=True,
            timeout=seconds + _STARTING_S + 60,
            check=False,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},
        )
    tried = _TRIED.search(done.stderr)
    failed = done.returncode != 0
    return Outcome(
        target.name,
        int(tried[1]) if tried else 0,
        time.monotonic() - begin,
        tuple(sorted(found.iterdir())) if failed else (),
        done.stderr.decode(errors="replace")[-2_000:] if failed else "",
    )


def campaign(targets: Iterable[Target], seconds: float) -> list[Outcome]:
    """Fuzzes each, and says how it did; the time is shared out evenly and does not count starting."""
    wanted = list(targets)
    outcomes = []
    for target in wanted:
        outcome = fuzzed(target, seconds / len(wanted))
        failed = "failed" if outcome.words else "held"
        print(
            f"{target.name:18} {outcome.tried:>9,} inputs in {outcome.seconds:5.1f} s  {failed}", flush=True
        )
        outcomes.append(outcome)
    return outcomes
