"""Write a backup of cases or of a hub, while work goes on."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.casework_options import cases_option, cases_place
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch backup --out backup-2026-03-02")
@click.argument("database", metavar="[DATABASE]", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
    help="Where to write; is made.",
)
@cases_option
@json_option
def command(database: str | None, out: Path, cases: str | None, folder: Path, as_json: bool) -> None:
    """Write a backup of DATABASE, a file or a URL; of the cases unless another is named.

    The backup is of one moment, with a digest of each table's content. The key of the ledger is not in it: keep that
    elsewhere. `stillwatch restore` makes a database from it, of either kind.
    """
    import msgspec

    from stillwatch.cli.families import database_at  # deferred: help must not wait for the database
    from stillwatch.storage.sql.backup import back_up

    with database_at(database or cases_place(cases, folder)) as found:
        manifest = back_up(found, out)
    output = Output(as_json=as_json)
    if as_json:
        output.json({"folder": str(out), **msgspec.to_builtins(manifest)})
        return
    output.path(out)
    rows = sum(entry.rows for entry in manifest.tables)
    output.say(
        f"{rows:,} rows in {len(manifest.tables)} tables of {manifest.family}; digest {manifest.digest}"
    )
