"""List authorisations and where each stands."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch authorisations list --ends-within 30")
@click.option("--all", "everything", is_flag=True, help="Replaced, refused and withdrawn versions as well.")
@click.option(
    "--ends-within",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Only those in force that end within so many days, or have ended.",
)
@records_options
@json_option
def command(
    everything: bool,
    ends_within: int | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """List authorisations: for whom, what, how much, until when, and who answers for them."""
    from stillwatch import clock  # deferred: help must not wait for the database
    from stillwatch.casework.authorisations.register import Register, Standing
    from stillwatch.cli.authorisations_view import registered_as_json, registered_table

    open_ = (Standing.WAITING, Standing.IN_FORCE)
    with opened(cases, folder, ledger_key) as records:
        found = [r for r in Register(records, clock.now).versions() if everything or r.standing in open_]
    if ends_within is not None:
        latest = int(clock.now().timestamp() * 1e6) + ends_within * 86_400_000_000
        found = [r for r in found if r.standing is Standing.IN_FORCE and r.authorisation.until_us <= latest]
    if as_json:
        Output(as_json=True).json([registered_as_json(each) for each in found])
    else:
        click.echo(registered_table(found) if found else "there is no such authorisation")
