"""An SQLite file with one writer: write-ahead log, flushed at every commit, refused to a second process."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

from stillwatch.errors import ExitCode, StillwatchError

_WAIT_SECONDS: Final = 10.0
_MADE: Final = "made"
SMALLEST: Final = 512
"""Bytes of the smallest SQLite file that holds anything; shorter ones are silently made anew by the library."""


class Database:
    """A connection that several threads of one process may share.

    Args:
        path: the file; made if it is not there and this is the writer.
        schema: statements that bring an empty file, or one of an earlier version, up to date, a list a version.
        writer: whether anything is to be written; one process at a time may.
        title: what the file is called in errors, such as ``store of decisions``.

    Raises:
        StillwatchError: another process writes, the file is none of ours or of a later version, or the
            disk refuses.
    """

    def __init__(
        self, path: Path, schema: Sequence[Sequence[str]], *, writer: bool = True, title: str = "database"
    ) -> None:
        self.path = path
        self.writer = writer
        self._title = title
        self._lock = threading.RLock()
        self._held = _hold(path, title) if writer else None
        try:
            if writer:
                self._check_not_lost()
            self._connection = self._connect()
            self._upgrade(schema)
            self._mark_made()
        except BaseException:
            self._let_go()
            raise

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let another writer in."""
        with self._lock:
            self._connection.close()
            self._let_go()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock, self._told():
            return self._connection.execute(query, values).fetchall()

    @contextlib.contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A transaction: on disk when the block ends, nothing of it where the block raises."""
        with self._lock, self._told():
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()

    def _connect(self) -> sqlite3.Connection:
        if not self.writer and not self.path.is_file():
            raise StillwatchError(
                f"there is no {self._title} here",
                code="SW-DEC-10",
                where=str(self.path),
                hint="name another file",
                exit_code=ExitCode.UNREADABLE,
            )
        if self.writer:
            _make_private(self.path, self._title)
        with self._told():
            connection = sqlite3.connect(
                self.path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            if self.writer:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
            else:
                connection.execute("PRAGMA query_only = ON")
            return connection

    def _check_not_lost(self) -> None:
        """Refuse to begin anew where something was kept: an empty file looks like one that is new.

        Raises:
            StillwatchError: the lock beside the file remembers that there was something in it.
        """
        assert self._held is not None
        self._held.seek(0)
        if _MADE not in self._held.read().split():
            return
        if self.path.is_file() and self.path.stat().st_size >= SMALLEST:
            return
        raise StillwatchError(
            f"the {self._title} was lost: its file is gone or empty",
            code="SW-DEC-16",
            where=str(self.path),
            hint=f"restore it from a backup; to begin anew instead, remove {_lock_of(self.path).name} as well",
            exit_code=ExitCode.UNREADABLE,
        )

    def _mark_made(self) -> None:
        """Note who writes and that something is kept here."""
        if self._held is not None:
            self._held.truncate(0)
            self._held.write(f"{os.getpid()}\n{_MADE}\n")
            self._held.flush()

    def _upgrade(self, schema: Sequence[Sequence[str]]) -> None:
        """Bring the file to the schema's version, one version a transaction."""
        version = int(self.rows("PRAGMA user_version")[0][0])
        if version > len(schema) or (not self.writer and version < len(schema)):
            newer = version > len(schema)
            raise StillwatchError(
                f"the {self._title} is of version {version}, this program knows {len(schema)}",
                code="SW-DEC-11",
                where=str(self.path),
                hint="use the newer program" if newer else "open it once with `stillwatch serve`",
                exit_code=ExitCode.UNREADABLE,
            )
        for number, statements in enumerate(schema[version:], version + 1):
            with self.change() as connection:
                for statement in statements:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn the library's errors into ours."""
        try:
            yield
        except sqlite3.Error as error:
            raise StillwatchError(
                f"the {self._title} cannot be used: {error}",
                code="SW-DEC-12",
                where=str(self.path),
                hint="check that it is the right file, that it is whole, and that the disk has space",
                exit_code=ExitCode.UNREADABLE,
            ) from error

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


def _lock_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def _private(path: str, flags: int) -> int:
    """Opens a file; a new one may be read by its owner only."""
    return os.open(path, flags, 0o600)


def _make_private(path: Path, title: str) -> None:
    """Make an empty file that only its owner may read, unless there is one; SQLite's log beside it inherits that."""
    try:
        os.close(_private(str(path), os.O_RDWR | os.O_CREAT))
    except OSError as error:
        raise _cannot_open(path, title, error) from error


def _cannot_open(path: Path, title: str, error: OSError) -> StillwatchError:
    return StillwatchError(
        f"the {title} cannot be opened: {error.strerror or error}",
        code="SW-DEC-13",
        where=str(path),
        exit_code=ExitCode.UNREADABLE,
    )


def _hold(path: Path, title: str) -> IO[str]:
    """The lock beside the file; it is gone with the process that holds it, however that ends."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = _private(str(_lock_of(path)), os.O_RDWR | os.O_CREAT | os.O_APPEND)
        held = os.fdopen(lock, "a+", encoding="utf-8")
    except OSError as error:
        raise _cannot_open(path, title, error) from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.seek(0)
        owner = held.read().partition("\n")[0].strip()
        held.close()
        raise StillwatchError(
            f"another process writes to this {title}" + (f" (number {owner})" if owner else ""),
            code="SW-DEC-14",
            where=str(path),
            hint="stop it, or ask it instead with --node URL",
        ) from None
    return held
