"""The reference that timings are told against: DuckDB reading the prompts of the same file, and nothing else."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import duckdb

THREADS = 2


def seconds(path: Path, times: int = 3) -> float:
    """Median wall seconds of a bare scan that touches the prompt of every exchange.

    The columns are named, so nothing is spent on guessing them: the fastest form of this scan that was found.
    """
    took = []
    with duckdb.connect() as con:
        con.execute(f"SET threads = {THREADS}")
        query = (
            "SELECT sum(length(messages[-1].content)) FROM read_json($path, format = 'newline_delimited', "
            "columns = {messages: 'STRUCT(role VARCHAR, content VARCHAR)[]'})"
        )
        for _ in range(times):
            start = time.perf_counter()
            con.execute(query, {"path": str(path)}).fetchall()
            took.append(time.perf_counter() - start)
    return statistics.median(took)
