"""DuckDB inside this process: the default. What does not fit into its memory goes to a folder that is thrown away."""

from __future__ import annotations

import contextlib
import math
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame


class DuckDbSession:
    """Tables of one connection."""

    key = "row"

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._backend = ibis.duckdb.from_connection(con)

    def exchanges(self, frame: Frame, checkpoints: Any) -> ibis.Table:
        """The frame's own table with the checkpoint that first sees each exchange."""
        bucket = np.searchsorted(checkpoints, np.arange(frame.size), side="right").astype(np.int32)
        return self.table(
            "traffic", frame.table.append_column("bucket", pa.array(bucket)).drop_columns(["account_id"])
        )

    def table(self, name: str, rows: pa.Table) -> ibis.Table:
        """The rows as they are: nothing is copied."""
        self._con.register(name, rows)
        return self._backend.table(name)

    def kept(self, name: str, rows: ibis.Table) -> ibis.Table:
        """A temporary table."""
        self._con.execute(f'CREATE TEMP TABLE "{name}" AS {self._backend.compile(rows)}')
        return self._backend.table(name)

    def read(self, rows: ibis.Table) -> pa.Table:
        """The rows."""
        return rows.to_pyarrow()


class DuckDb:
    """The default engine."""

    name = "duckdb"

    def ready(self) -> None:
        """It always is."""

    @contextlib.contextmanager
    def session(self, threads: int, memory_gib: float) -> Iterator[DuckDbSession]:
        """A connection to a database in memory."""
        with tempfile.TemporaryDirectory(prefix="stillwatch-") as spilled, duckdb.connect() as con:
            con.execute("SET threads = $n", {"n": threads})
            con.execute("SET TimeZone = 'UTC'")
            con.execute("SET enable_progress_bar = false")
            con.execute("SET temp_directory = $folder", {"folder": spilled})
            if math.isfinite(memory_gib):
                con.execute(f"SET memory_limit = '{memory_gib / 2:.2f}GiB'")  # the frame has the rest
            yield DuckDbSession(con)


ENGINE = DuckDb()
