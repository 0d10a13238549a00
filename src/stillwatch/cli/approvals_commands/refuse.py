"""Refuse what somebody asked for, or take back what you asked for yourself."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog='\b\nExample:\n  stillwatch approvals refuse apr-01c4 --by counsel-1 --reason "too broad"'
)
@click.argument("approval")
@click.option("--reason", required=True, metavar="WORDS", help="Why, in a sentence; no prompt text.")
@acting_options
@records_options
def command(
    approval: str,
    reason: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Refuse APPROVAL; one refusal ends it."""
    with opened(cases, folder, ledger_key) as records:
        person = acting(records, by, person_token)
        with records.database.write() as connection:
            after = records.approvals.refuse(connection, approval, person.name, reason)
    Output().say(f"{approval} is {after.state}")
