"""Reading and sketching a large canonical log, against a bare scan of the same file."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks import corpus, scan
from benchmarks.measured import measured
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.traffic.ingest import ingest
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.store import Store

DESCRIPTION = (
    "ingest and sketch 1 M exchanges (2.5 GB), against a bare DuckDB scan of the prompts, two threads each"
)

TARGETS = (
    ("ingest_over_scan", "ingest and sketch, over a bare scan", "<=", 6, "×"),
    ("peak_gib", "ingest, peak memory", "<=", 2, "GiB"),
)


def run(small: bool) -> dict[str, float]:
    """Ingest the corpus once in a process of its own, between scans of it."""
    exchanges = 100_000 if small else 1_000_000
    path = corpus.make(exchanges)
    size = path.stat().st_size
    print(f"{path}: {exchanges:,} exchanges, {size / exchanges:,.0f} bytes each", file=sys.stderr)
    ingest_once(
        str(corpus.make(1_000))
    )  # compiled before the clock runs, as it is on every start but the first
    scanned = scan.seconds(path)
    took = measured(__name__, "ingest_once", str(path))
    print(f"ingest {took.seconds:.2f} s, scan {scanned:.2f} s", file=sys.stderr)
    return {
        "ingest_over_scan": took.seconds / scanned,
        "peak_gib": took.peak_gib,
        "records_per_s": exchanges / took.seconds,
        "scan_s": scanned,
        "store_bytes_per_exchange": _stored(path) / exchanges,
    }


def ingest_once(path: str) -> None:
    """Ingest a file into a new store beside it, with the default settings."""
    key = Pseudonymiser(bytes(32))
    folder = _store(Path(path))
    shutil.rmtree(folder, ignore_errors=True)
    store = Store.create_or_open(folder, key.fingerprint(), 0.25)
    counts = ingest(expand([path]), store, key, ReadOptions(), threads=scan.THREADS)
    if counts.rejected or counts.duplicates:
        raise RuntimeError(f"the corpus is not what it should be: {counts}")


def _store(path: Path) -> Path:
    return path.with_suffix(".store")


def _stored(path: Path) -> int:
    return sum(file.stat().st_size for file in _store(path).rglob("*.parquet"))
