"""Take an authorisation back."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog='\b\nExample:\n  stillwatch authorisations withdraw example-lab --by counsel-1 --reason "ended early"'
)
@click.argument("authorisation")
@reason_option
@acting_options
@records_options
def command(
    authorisation: str,
    reason: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Take PERMISSION back, in all its versions. One person is enough, and it counts for nothing at once."""
    from stillwatch import clock  # deferred: help must not wait for the database
    from stillwatch.casework.authorisations.register import Register

    with opened(cases, folder, ledger_key) as records:
        person = acting(records, by, person_token)
        Register(records, clock.now).withdraw(authorisation, person.name, reason)
    Output().say(
        f"{authorisation} is withdrawn; its holder is judged like anybody else from the next look on"
    )
