"""Put one case into another."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.case_desk import as_seen, changing, person_options, place_options
from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExample:\n  stillwatch case merge case-7 case-9 --reason 'One card pays for both.' --by analyst-1"
)
@click.argument("into")
@click.argument("other")
@reason_option
@click.option(
    "--seen",
    nargs=2,
    type=click.IntRange(min=1),
    metavar="VERSION VERSION",
    help="Versions that you looked at; if one has changed since, nothing is done.",
)
@person_options
@place_options
@json_option
def command(
    into: str,
    other: str,
    reason: str,
    seen: tuple[int, int] | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Put the case OTHER into INTO, which goes on with the accounts, campaigns and open tasks of both."""
    from stillwatch.cli import case_view  # deferred: help must not wait for the database

    first, second = seen or (None, None)
    with changing(cases, folder, ledger_key, by, person_token) as (store, name):
        versions = as_seen(store, into, first)[1], as_seen(store, other, second)[1]
        after = store.merge(into, other, name, versions, reason=reason)
    if as_json:
        Output(as_json=True).json(case_view.as_json(after))
    else:
        Output().say(f"{after.case_id} goes on with {after.accounts:,} accounts, at version {after.version}")
