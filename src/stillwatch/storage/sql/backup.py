"""Writes a backup of a database as of one moment, while others go on working with it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from stillwatch import clock
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.sql.backup_files import (
    FORM,
    MANIFEST,
    LineWriter,
    Manifest,
    TableEntry,
    write_private,
)
from stillwatch.storage.sql.rows import TableDigest, lines_of
from stillwatch.storage.sql.standing import standing_tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from stillwatch.storage.sql.database import SqlDatabase


def back_up(database: SqlDatabase, folder: Path, now: clock.Clock = clock.now) -> Manifest:
    """Write a backup; the folder appears when it is whole.

    Args:
        database: of the version of this program.
        folder: is made; must not be there.
        now: the clock.

    Returns:
        What the backup holds, with a digest of each table's content.

    Raises:
        StillwatchError: the folder is there already or cannot be written, or the database cannot be read.
    """
    if folder.exists():
        raise StillwatchError(
            "there is something of that name already",
            code="SW-SQL-21",
            where=str(folder),
            hint="name a new folder",
        )
    scratch = folder.with_name(f"{folder.name}.part-{os.getpid()}")
    try:
        scratch.mkdir(mode=0o700, parents=True)
        manifest = _write(database, scratch, now)
        scratch.rename(folder)
    except OSError as error:
        raise StillwatchError(
            f"the backup cannot be written: {error.strerror or error}",
            code="SW-SQL-21",
            where=str(folder),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return manifest


def _write(database: SqlDatabase, folder: Path, now: clock.Clock) -> Manifest:
    with database.read() as connection:
        revisions, tables = standing_tables(connection, database.family)
        entries = [_write_table(connection, table, folder) for table in tables]
    manifest = Manifest(
        form=FORM,
        family=database.family.name,
        revisions=tuple(sorted(revisions)),
        made=now().isoformat(timespec="seconds"),
        tables=tuple(entries),
    ).sealed()
    write_private(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
    return manifest


def _write_table(connection: Connection, table: Table, folder: Path) -> TableEntry:
    name, digest = str(table.name), TableDigest()
    file = f"{name}.jsonl.zst"
    with LineWriter(folder / file) as writer:
        for line in lines_of(connection, table):
            digest.add(line)
            writer.write(line)
    return TableEntry(
        name=name, file=file, file_sha256=writer.sha256(), rows=digest.rows, content=digest.hexdigest()
    )
