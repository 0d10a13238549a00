"""Engines set up alike for both kinds of database: a reading transaction sees one moment, a write is on disk."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.sql.urls import shown

WAIT_SECONDS: Final = 10
"""How long a change waits for others before it gives up."""
_PAUSE_SECONDS: Final = 0.02

WRITES: Final = "stillwatch_writes"
"""The execution option that tells a transaction that changes something."""

_POOL: Final = {"pool_size": 8, "max_overflow": 56}
_PREPARED: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32768",  # KiB; with the usual 2 MiB a large index is read again in every transaction
    "PRAGMA wal_autocheckpoint = 4096",  # pages; a page that changes often is copied back less often
)


def engine_for(url: URL) -> Engine:
    """An engine; nothing is opened yet.

    Raises:
        StillwatchError: the driver of a PostgreSQL server is not installed.
    """
    return _sqlite(url) if url.drivername == "sqlite" else _postgresql(url)


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read; the log beside it inherits that.

    Raises:
        StillwatchError: it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StillwatchError(
            f"the database cannot be made: {error.strerror or error}",
            code="SW-SQL-06",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": WAIT_SECONDS, "check_same_thread": False},
        **_POOL,
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: object) -> None:
        raw.isolation_level = None  # the driver must not begin transactions behind our back
        _keep_a_log_ahead(raw)
        for statement in _PREPARED:
            raw.execute(statement)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        raw.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        if writes:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # may have to wait in vain, which is to be told
        else:
            raw.execute("BEGIN")  # waits for nobody, and a poll is made of little else

    return engine


def _keep_a_log_ahead(raw: sqlite3.Connection) -> None:
    """Switch to a write-ahead log; where another process makes the file just now, SQLite refuses instead of waiting."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": WAIT_SECONDS, "application_name": "stillwatch"},
            **_POOL,
        )
    except ModuleNotFoundError as error:
        raise StillwatchError(
            "the driver for PostgreSQL is not installed",
            code="SW-SQL-07",
            where=shown(url),
            hint="pip install 'stillwatch[postgresql]'",
        ) from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITES, False):
            connection.exec_driver_sql(
                f"SET LOCAL synchronous_commit = on; SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"
            )
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    return engine
