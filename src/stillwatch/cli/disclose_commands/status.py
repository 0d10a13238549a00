"""List disclosures and how far each got."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch disclose status case-7")
@click.argument("case_id", metavar="[CASE]", required=False)
@records_options
@json_option
def command(
    case_id: str | None, cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool
) -> None:
    """List disclosures, of CASE or of all: who has to approve, and how far what was released has got."""
    from stillwatch.casework.disclosure.reading import disclosures_of  # deferred: help must not wait for it
    from stillwatch.casework.outbox.store import Outbox
    from stillwatch.cli import disclose_view

    with opened(cases, folder, ledger_key) as records:
        with records.database.read() as connection:
            found = disclosures_of(connection, records.approvals, case_id)
        outbox = Outbox(records.database)
        items = [item for each in found for item in outbox.of_cause(each.disclosure_id)]
    if as_json:
        Output(as_json=True).json([disclose_view.as_json(each) for each in found])
    else:
        click.echo(disclose_view.disclosures_table(found, items) if found else "nothing was asked for")
