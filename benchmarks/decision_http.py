"""An answer of the node over HTTP: 2,000 requests a second with 200,000 decisions in force, measured by hey."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.live_node import live_node
from stillwatch.core.decision import Action
from stillwatch.core.decision import Scope as About
from stillwatch.enforcement.drafts import Draft
from stillwatch.enforcement.store import DecisionStore

DESCRIPTION = "the node's answer over HTTP at 2,000 requests a second, with 200,000 decisions in force"

TARGETS = (
    ("http_p50_ms", "decision over HTTP at 2,000/s, p50", "<=", 1.5, "ms"),
    ("http_p99_ms", "decision over HTTP at 2,000/s, p99", "<=", 5, "ms"),
)

_RATE = 2_000
_CONNECTIONS = 20


def run(small: bool) -> dict[str, float]:
    """Ask about blocked accounts and about others."""
    if shutil.which("hey") is None:
        raise RuntimeError("hey is not installed: apt-get install hey")
    count = 20_000 if small else 200_000
    seconds = 8 if small else 30
    with live_node(prepare=lambda folder: _fill(folder, count)) as node:
        url = f"{node.url}/v1/decide?account=acct-{count // 2}&organization=org-1&api_key=key-1&model=large"
        _hey(url, 3)
        waits, failed = _hey(url, seconds)
        nearby, _ = _hey(f"{node.url}/v1/auth", seconds)
    print(f"{len(waits):,} answers, {len(waits) / seconds:,.0f} a second, {failed} failed", file=sys.stderr)
    return {
        "http_p50_ms": float(np.percentile(waits, 50)) * 1e3,
        "http_p99_ms": float(np.percentile(waits, 99)) * 1e3,
        "http_requests_per_s": len(waits) / seconds,
        "http_failed": failed,
        "auth_p50_ms": float(np.percentile(nearby, 50)) * 1e3,
        "auth_p99_ms": float(np.percentile(nearby, 99)) * 1e3,
        "decisions": count,
    }


def _fill(folder: Path, count: int) -> None:
    """Block that many accounts."""
    folder.mkdir(parents=True)
    with DecisionStore(folder / "decisions.sqlite") as store:
        store.add_all(
            Draft(About.ACCOUNT, f"acct-{number}", Action.BLOCK, "made for a benchmark", "operator", 86_400.0)
            for number in range(count)
        )


def _hey(url: str, seconds: int) -> tuple[list[float], int]:
    """Seconds that each answer took, and how many were none."""
    each = _RATE // _CONNECTIONS
    words = ["hey", "-z", f"{seconds}s", "-c", str(_CONNECTIONS), "-q", str(each), "-o", "csv", url]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    return [float(row["response-time"]) for row in rows], sum(row["status-code"] != "200" for row in rows)
