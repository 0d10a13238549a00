"""Show a disclosure that was asked for."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch disclose show dsc-01k8 --bytes")
@click.argument("disclosure")
@click.option("--bytes", "as_bytes", is_flag=True, help="Print the exact bytes, and nothing else.")
@records_options
@json_option
def command(
    disclosure: str, as_bytes: bool, cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool
) -> None:
    """Show DISCLOSURE: what leaves, to whom, how it is marked, who has to approve it, and its digest."""
    from stillwatch.casework.disclosure.reading import disclosure_at  # deferred: help must not wait for it
    from stillwatch.cli import disclose_view

    with opened(cases, folder, ledger_key) as records, records.database.read() as connection:
        found = disclosure_at(connection, records.approvals, disclosure)
    if as_bytes:
        click.echo(found.body.decode())
    elif as_json:
        Output(as_json=True).json(disclose_view.as_json(found))
    else:
        click.echo("\n".join(disclose_view.disclosure_lines(found)))
        click.echo(disclose_view.indicator_table(found.indicators))
