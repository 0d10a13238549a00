"""Other cases that share accounts or rare infrastructure with one."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.case_desk import looking, place_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table


@click.command(epilog="\b\nExample:\n  stillwatch case related case-7")
@click.argument("case_id", metavar="CASE")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="How many at most.")
@place_options
@json_option
def command(
    case_id: str, limit: int, cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool
) -> None:
    """List cases that share evidence with CASE, the closest first."""
    from stillwatch.cli import case_view  # deferred: help must not wait for the database

    with looking(cases, folder, ledger_key) as (store, _):
        found = store.related(case_id, limit)
    output = Output(as_json=as_json)
    if as_json:
        output.json(case_view.as_json(found))
    elif found:
        click.echo(table(("case", "shared"), [(each.case_id, "; ".join(each.shared)) for each in found]))
    else:
        output.say("no other case shares evidence with it")
