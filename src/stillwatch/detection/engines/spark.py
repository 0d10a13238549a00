"""Apache Spark, on this machine or on a cluster: it reads the store's files itself and runs the same expressions.

Where Spark is told nothing else it works here, with as many threads as the rest. A cluster is named in Spark's own
configuration (``SPARK_CONF_DIR`` with ``spark-defaults.conf``); its workers must see the store under the same path.
"""

from __future__ import annotations

import contextlib
import importlib.util
import math
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    import ibis

    from stillwatch.detection.frame import Frame

_CONFIGURED_BY: Final = ("SPARK_CONF_DIR", "SPARK_HOME", "PYSPARK_SUBMIT_ARGS")
_HASHES: Final = ("grams", "clauses", "minhash")
_SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "false",  # a division by nothing gives nothing, as in DuckDB
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}
_WIDER: Final = {
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20, 0),  # as Spark reads it from Parquet
}


class SparkTables:
    """Temporary views of one Spark session."""

    key = "record"

    def __init__(self, spark: Any) -> None:
        import ibis  # deferred, like all of Spark: an extra
        import ibis.expr.datatypes as dt
        from ibis.backends.sql.compilers.pyspark import PySparkCompiler

        class Compiler(PySparkCompiler):  # type: ignore[misc,unused-ignore]
            """Seconds with their fractions, as DuckDB has them; Spark's own function drops these."""

            def visit_ExtractEpochSeconds(self, _op: Any, *, arg: Any) -> Any:  # noqa: N802
                return self.f.unix_micros(self.cast(arg, dt.timestamp)) / 1e6

        self._spark = spark
        self._backend = ibis.pyspark.connect(spark)
        self._backend.compiler = Compiler()

    def exchanges(self, frame: Frame, checkpoints: Any) -> ibis.Table:
        """The store's files, read by Spark, with what only this judgement knows of their accounts and times."""
        paths = [f"file://{Path(part).resolve()}" for part in frame.parts]
        first = np.unique(frame.account, return_index=True)[1]
        accounts = {
            "account_id": frame.accounts,
            "account": np.arange(first.size, dtype=np.int32),
            "newcomer": frame.newcomer[first],
        }
        spark = self._spark
        stored = spark.read.parquet(*paths).drop(*_HASHES)
        if sum(pq.read_metadata(part).num_rows for part in frame.parts) != frame.size:
            stored = stored.dropDuplicates(["record"])
        stored.createOrReplaceTempView("stored")
        self.table("accounts", pa.table(accounts))
        moments = frame.ts[checkpoints[checkpoints < frame.size]].tolist()
        spark.sql(
            "SELECT stored.*, accounts.account, accounts.newcomer, "
            f"CAST({_place('unix_micros(CAST(stored.ts AS TIMESTAMP))', moments)} AS INT) AS bucket "
            "FROM stored JOIN accounts ON stored.account_id = accounts.account_id"
        ).drop("account_id").createOrReplaceTempView("traffic")
        return self._backend.table("traffic")

    def table(self, name: str, rows: pa.Table) -> ibis.Table:
        """The rows, sent to Spark."""
        self._spark.createDataFrame(_as_spark_has_it(rows)).createOrReplaceTempView(name)
        return self._backend.table(name)

    def kept(self, name: str, rows: ibis.Table) -> ibis.Table:
        """The rows, worked out when first asked for and kept by Spark, on disk where memory is short."""
        self._spark.sql(self._backend.compile(rows)).cache().createOrReplaceTempView(name)
        return self._backend.table(name)

    def read(self, rows: ibis.Table) -> pa.Table:
        """The rows."""
        return self._spark.sql(self._backend.compile(rows)).toArrow()


class Spark:
    """Spark as an engine."""

    name = "spark"

    def ready(self) -> None:
        """Look for pyspark and for Java.

        Raises:
            StillwatchError: one of them is absent.
        """
        if importlib.util.find_spec("pyspark") is None:
            raise StillwatchError(
                "Spark is not installed",
                code="SW-ENGINE-02",
                hint="install it with: pip install 'stillwatch[spark]'; or leave --engine out",
            )
        home = os.environ.get("JAVA_HOME")
        java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
        if java is None:
            raise StillwatchError(
                "Spark needs Java, and there is none",
                code="SW-ENGINE-03",
                where=f"JAVA_HOME={home}" if home else "PATH",
                hint="install a Java runtime of version 17 or 21; or leave --engine out",
            )

    @contextlib.contextmanager
    def session(self, threads: int, memory_gib: float) -> Iterator[SparkTables]:
        """A session of its own, ended afterwards."""
        self.ready()
        spark = _started(threads, memory_gib)
        try:
            yield SparkTables(spark)
        finally:
            spark.stop()


def _started(threads: int, memory_gib: float) -> Any:
    """A Spark session as Spark's own configuration says; without one, on this machine."""
    from pyspark.sql import SparkSession  # deferred: an extra

    builder = SparkSession.builder.appName("stillwatch")
    settings = dict(_SETTINGS)
    if not any(os.environ.get(name) for name in _CONFIGURED_BY):
        memory = 1024 if math.isinf(memory_gib) else max(1024, int(memory_gib * 512))
        settings |= {
            "spark.master": f"local[{threads}]",
            "spark.driver.memory": f"{memory}m",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": str(threads),
            "spark.sql.adaptive.enabled": "false",  # what is planned anew is for clusters
            "spark.ui.enabled": "false",
        }
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except Exception as error:  # whatever the Java side throws
        raise StillwatchError(
            f"Spark did not start: {str(error).splitlines()[0] if str(error) else type(error).__name__}",
            code="SW-ENGINE-04",
            where=next((f"{n}={os.environ[n]}" for n in _CONFIGURED_BY if os.environ.get(n)), "this machine"),
            hint="what it said itself stands above; check the master's address, the memory and Java's version",
        ) from error


def _as_spark_has_it(rows: pa.Table) -> pa.Table:
    """The same rows in types that Spark knows."""
    columns = {}
    for field in rows.schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        columns[field.name] = rows[field.name].cast(_WIDER.get(kind, kind))
    return pa.table(columns)


def _place(value: str, moments: Sequence[int], before: int = 0) -> str:
    """SQL: how many of some ascending moments are not after a value, found by halving."""
    if not moments:
        return str(before)
    middle = len(moments) // 2
    earlier, later = (
        _place(value, moments[:middle], before),
        _place(value, moments[middle + 1 :], before + middle + 1),
    )
    return f"CASE WHEN {value} < {moments[middle]} THEN {earlier} ELSE {later} END"


ENGINE = Spark()
