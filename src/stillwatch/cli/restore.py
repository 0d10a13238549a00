"""Make a database from a backup and prove that it holds the same."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch restore backup-2026-03-02 --to node/cases.sqlite")
@click.argument("backup", metavar="BACKUP", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--to", "place", metavar="URL|PATH", help="Where to make the database; nothing may be there yet."
)
@click.option("--check", is_flag=True, help="Only read the backup and compare it with its digests.")
@json_option
def command(backup: Path, place: str | None, check: bool, as_json: bool) -> None:
    """Make a database from BACKUP, a folder that `stillwatch backup` wrote.

    Every table is read back and its content compared with what was backed up before the database appears. A backup
    that is damaged is refused, and a database that is there is never overwritten.
    """
    from stillwatch.cli.families import family_called  # deferred: help must not wait for the database
    from stillwatch.storage.sql import SqlDatabase
    from stillwatch.storage.sql.backup_files import read_manifest
    from stillwatch.storage.sql.restore import check_backup, restore

    if check == (place is not None):
        raise click.UsageError("say where to restore with --to, or --check")
    manifest = read_manifest(backup)
    if place is None:
        check_backup(backup, manifest)
    else:
        with SqlDatabase(place, family_called(manifest.family)) as database:
            restore(backup, manifest, database)
    output = Output(as_json=as_json)
    rows = sum(entry.rows for entry in manifest.tables)
    if as_json:
        tables = {entry.name: {"rows": entry.rows, "content": entry.content} for entry in manifest.tables}
        output.json(
            {"equal": True, "restored": place is not None, "tables": tables, "digest": manifest.digest}
        )
    else:
        done = "whole" if place is None else "equal"
        click.echo(f"{done}: {rows:,} rows in {len(manifest.tables)} tables of {manifest.family}")
