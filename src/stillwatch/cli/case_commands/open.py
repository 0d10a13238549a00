"""Open cases from what a detection run found, or bring them up to date."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.case_desk import changing, person_options, place_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch case open findings --by analyst-1")
@click.argument("findings", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--watch", is_flag=True, help="Open cases for campaigns on watch, too.")
@person_options
@place_options
@json_option
def command(
    findings: Path,
    watch: bool,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Open cases from DIR, the folder that `stillwatch detect --out` wrote.

    A campaign that has a case already, told by the accounts they share, goes on in it. A node does this by itself.
    """
    from stillwatch.cli import case_view  # deferred: help must not wait for the database
    from stillwatch.reporting.findings import load_record

    record = load_record(findings)
    with changing(cases, folder, ledger_key, by, person_token, make=True) as (store, name):
        changed = store.open_from(record, by=name, watch=watch)
    output = Output(as_json=as_json)
    if as_json:
        output.json(case_view.as_json(changed))
    elif changed:
        click.echo(case_view.cases_table(changed))
    else:
        output.say("nothing is new: every campaign has its case, and nobody has to look again")
