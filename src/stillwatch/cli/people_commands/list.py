"""List who may act in casework, and in which roles."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch people list")
@records_options
@json_option
def command(cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool) -> None:
    """List who may act in casework, in which roles, and whose login vouches for them."""
    with opened(cases, folder, ledger_key) as records:
        found = records.people.list()
    if as_json:
        Output(as_json=True).json(
            [{"name": each.name, "roles": sorted(each.roles), "source": each.source} for each in found]
        )
        return
    rows = [(each.name, " ".join(sorted(each.roles)), each.source) for each in found]
    click.echo(table(("name", "roles", "source"), rows) if rows else "nobody yet")
