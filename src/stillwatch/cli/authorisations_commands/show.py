"""Show one authorisation in all its versions."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch authorisations show example-lab")
@click.argument("authorisation")
@records_options
@json_option
def command(
    authorisation: str, cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool
) -> None:
    """Show PERMISSION in all its versions: what each permits, who entered it, and where it stands."""
    from stillwatch import clock  # deferred: help must not wait for the database
    from stillwatch.casework.authorisations.register import Register
    from stillwatch.cli.authorisations_view import registered_as_json, registered_lines

    with opened(cases, folder, ledger_key) as records:
        found = Register(records, clock.now).versions(authorisation)
    if as_json:
        Output(as_json=True).json([registered_as_json(each) for each in found])
    else:
        click.echo("\n\n".join("\n".join(registered_lines(each)) for each in found))
