"""Makes a database from a backup and proves that it holds the same; nothing that is there is ever overwritten.

Tables are made in the version they had, filled, read back and compared table by table with the digests that were
taken when the backup was made. Only then does the database appear; later versions of the tables are reached
afterwards.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Integer, Table, insert, inspect, text

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.sql.backup_files import (
    MANIFEST,
    Manifest,
    TableEntry,
    check_file,
    damaged,
    read_lines,
)
from stillwatch.storage.sql.database import SqlDatabase
from stillwatch.storage.sql.migrations import migrate
from stillwatch.storage.sql.rows import TableDigest, digest_of, row_of
from stillwatch.storage.sql.standing import standing_tables

_BATCH: Final = 1_000
_BESIDE: Final = ("-wal", "-shm", "-journal")
"""Ends of the names of SQLite's files beside a database."""


def restore(folder: Path, manifest: Manifest, database: SqlDatabase) -> None:
    """Make a database from a backup.

    Args:
        folder: the backup.
        manifest: as ``backup_files.read_manifest`` gave it.
        database: of the backup's family, at a place where nothing is yet.

    Raises:
        StillwatchError: SW-SQL-20 the backup is damaged, with the file and the reason; SW-SQL-22 something is there
            already; SW-SQL-23 what was restored is not what was backed up, and nothing was kept.
    """
    _refuse_what_is_there(database)
    for entry in manifest.tables:
        check_file(folder, entry)
    if database.path is None:
        with database.making() as connection:
            _fill(connection, folder, manifest, database)
    else:
        _restore_file(folder, manifest, database.path, database)
    database.upgrade()


def check_backup(folder: Path, manifest: Manifest) -> None:
    """Read every file of a backup and compare it with what the manifest says.

    Raises:
        StillwatchError: SW-SQL-20, it is damaged, with the file and the reason.
    """
    for entry in manifest.tables:
        check_file(folder, entry)
        digest = TableDigest()
        for line in read_lines(folder, entry):
            digest.add(line)
        _agrees(digest, entry, folder)


def _restore_file(folder: Path, manifest: Manifest, path: Path, database: SqlDatabase) -> None:
    """Fill a file beside the place and move it there when it is proven, unless somebody was faster."""
    scratch = path.with_name(f"{path.name}.restoring-{os.getpid()}")
    try:
        with SqlDatabase(scratch, database.family) as making, making.making() as connection:
            _fill(connection, folder, manifest, making)
        os.link(scratch, path)
    except FileExistsError:
        raise _is_there(str(path)) from None
    except OSError as error:
        raise StillwatchError(
            f"the database cannot be made: {error.strerror or error}",
            code="SW-SQL-06",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    finally:
        for end in ("", *_BESIDE):
            scratch.with_name(scratch.name + end).unlink(missing_ok=True)


def _fill(connection: Connection, folder: Path, manifest: Manifest, database: SqlDatabase) -> None:
    """Make the tables, fill and compare them, within one transaction."""
    migrate(connection, database.family, manifest.revisions, database.where)
    revisions, tables = standing_tables(connection, database.family)
    if revisions != frozenset(manifest.revisions):
        raise damaged(folder / MANIFEST, "its revisions are not those of any version of this program")
    entries = {entry.name: entry for entry in manifest.tables}
    if entries.keys() != {table.name for table in tables}:
        raise damaged(folder / MANIFEST, "its tables are not those of its version")
    for table in tables:
        _fill_table(connection, table, folder, entries[table.name])
    for table in tables:
        _prove(connection, table, entries[table.name], database.where)


def _fill_table(connection: Connection, table: Table, folder: Path, entry: TableEntry) -> None:
    connection.execute(table.delete())  # a migration may have put rows there, which the backup has as well
    digest = TableDigest()
    for batch in _batches(folder, entry, table, digest):
        connection.execute(insert(table), batch)
    _agrees(digest, entry, folder)
    if connection.dialect.name == "postgresql":
        _advance_sequences(connection, table)


def _batches(
    folder: Path, entry: TableEntry, table: Table, digest: TableDigest
) -> Iterator[list[dict[str, Any]]]:
    names, batch = frozenset(column.name for column in table.columns), []
    for number, line in enumerate(read_lines(folder, entry), 1):
        try:
            batch.append(row_of(line, names))
        except ValueError as error:
            raise damaged(folder / entry.file, f"row {number} is none of {table.name}") from error
        digest.add(line)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _agrees(digest: TableDigest, entry: TableEntry, folder: Path) -> None:
    if digest.rows != entry.rows or digest.hexdigest() != entry.content:
        raise damaged(folder / entry.file, "its rows are not those that were backed up")


def _prove(connection: Connection, table: Table, entry: TableEntry, where: str) -> None:
    """Read a table back and compare it with what the backup was made of.

    Raises:
        StillwatchError: SW-SQL-23, they differ.
    """
    found = digest_of(connection, table)
    if found.rows != entry.rows or found.hexdigest() != entry.content:
        raise StillwatchError(
            f"the restored table {table.name} is not the one that was backed up; nothing was kept",
            code="SW-SQL-23",
            where=where,
            hint="restore into a database of the kind the backup was made from",
            exit_code=ExitCode.UNREADABLE,
        )


def _advance_sequences(connection: Connection, table: Table) -> None:
    """Let numbers that the server gives go on after those that were restored."""
    for column in table.primary_key.columns:
        if isinstance(column.type, Integer) and column.server_default is not None:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence(:table, :column), COALESCE(MAX({column.name}), 1), "
                    f"MAX({column.name}) IS NOT NULL) FROM {table.name}"
                ),
                {"table": table.name, "column": column.name},
            )


def _refuse_what_is_there(database: SqlDatabase) -> None:
    if database.path is not None:
        for end in ("", *_BESIDE):  # a log that was left behind would be taken for the new file's own
            beside = database.path.with_name(database.path.name + end)
            if beside.exists():
                raise _is_there(str(beside))
        return
    with database.making() as connection:
        if inspect(connection).get_table_names():
            raise _is_there(database.where)


def _is_there(where: str) -> StillwatchError:
    return StillwatchError(
        "there is a database already, and a restore overwrites none",
        code="SW-SQL-22",
        where=where,
        hint="name a new place; move the old one away yourself if it is not wanted",
    )
