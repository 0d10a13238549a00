"""One database of one family: reading at one moment, changing in one transaction, any number of processes."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.sql.engines import WRITES, engine_for, make_private
from stillwatch.storage.sql.failures import told
from stillwatch.storage.sql.lost import check_not_lost, mark_made
from stillwatch.storage.sql.urls import checked_url, shown

if TYPE_CHECKING:
    from stillwatch.storage.sql.family import Family


class SqlDatabase:
    """A database by URL; may be shared by the threads of a process, and opened by several processes.

    Args:
        url: ``sqlite:///PATH``, ``postgresql+psycopg://…`` or a path.
        family: which tables it holds.

    Raises:
        StillwatchError: the URL is of no known kind.
    """

    def __init__(self, url: str | Path, family: Family) -> None:
        self.url = checked_url(url)
        self.family = family
        self.where = shown(self.url)
        self._engine: Engine = engine_for(self.url)
        self._changing = threading.Lock()
        self._in_change = threading.local()
        self._current = False

    def __enter__(self) -> SqlDatabase:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path | None:
        """The file; None on a server."""
        return Path(str(self.url.database)) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.url.drivername == "sqlite"

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one moment and changes nothing.

        Raises:
            StillwatchError: there is no such database, it is of another version, or it cannot be used.
        """
        self.check()
        with self._transaction(writes=False) as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: on disk when the block ends, nothing of it where the block raises.

        Nothing is tried again: whoever asked knows whether that is safe.

        Raises:
            StillwatchError: as ``read``; or this thread is in such a block already.
        """
        self.check()
        with self._alone(), self._transaction(writes=True) as connection:
            yield connection

    def upgrade(self) -> None:
        """Make the database, or bring it to the version of this program; several processes may do so at once.

        Raises:
            StillwatchError: it is of a later version or another family, was lost, or cannot be used.
        """
        if self.path is not None:
            check_not_lost(self.path, self.family.name)
        self._current = self._version() == self.family.heads()
        if not self._current:
            from stillwatch.storage.sql.migrations import migrate  # deferred: Alembic is slow to import

            with self.making() as connection:
                migrate(connection, self.family, "heads", self.where)
            self._current = True
        if self.path is not None:
            mark_made(self.path)

    @contextlib.contextmanager
    def making(self) -> Iterator[Connection]:
        """A writing transaction whatever tables are there: for those who make them."""
        if self.path is not None:
            make_private(self.path)
        with self._alone(), self._transaction(writes=True) as connection:
            yield connection

    def exists(self) -> bool:
        """Whether tables of the family stand there, of whatever version."""
        return bool(self._version())

    def check(self) -> None:
        """Make sure that the tables are those this program knows; looked up once.

        Raises:
            StillwatchError: they are not.
        """
        if self._current:
            return
        found = self._version()
        if not found:
            raise StillwatchError(
                f"there is no {self.family.name} database here",
                code="SW-SQL-10",
                where=self.where,
                hint="check the address; the first command that writes makes one",
                exit_code=ExitCode.UNREADABLE,
            )
        if found != self.family.heads():
            raise StillwatchError(
                f"the {self.family.name} database is of another version than this program",
                code="SW-SQL-11",
                where=self.where,
                hint="make a backup; the newer program brings the tables up to date when it opens them for work",
                exit_code=ExitCode.UNREADABLE,
            )
        self._current = True

    def _version(self) -> frozenset[str]:
        """The revisions the database is at; none where it does not exist or holds no tables of the family."""
        if self.path is not None and not self.path.is_file():
            return frozenset()
        with self._transaction(writes=False) as connection:
            if not inspect(connection).has_table(self.family.version_table):
                return frozenset()
            rows = connection.execute(text(f"SELECT version_num FROM {self.family.version_table}"))
            return frozenset(str(row[0]) for row in rows)

    @contextlib.contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        with (
            told(self.where),
            self._engine.connect().execution_options(**{WRITES: writes}) as connection,
            connection.begin(),
        ):
            yield connection

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Changes of one process to a file wait in line here, which is fairer than asking SQLite again and again."""
        if getattr(self._in_change, "yes", False):
            raise StillwatchError(
                "a change cannot begin within a change",
                code="SW-SQL-12",
                where=self.where,
                hint="hand the connection on instead",
            )
        self._in_change.yes = True
        try:
            with self._changing if self.is_sqlite else contextlib.nullcontext():
                yield
        finally:
            self._in_change.yes = False
