"""List the appeals that wait, those before counsel first, then by when they are due."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import records_options


@click.command(epilog="\b\nExample:\n  stillwatch appeal list --escalated")
@click.option("--all", "everything", is_flag=True, help="Decided and withdrawn ones, too.")
@click.option("--mine", metavar="NAME", help="Only those that NAME has claimed.")
@click.option("--free", is_flag=True, help="Only those that nobody has claimed.")
@click.option("--escalated", is_flag=True, help="Only those before counsel.")
@click.option("--account", metavar="ID", help="Only those of an account.")
@click.option("--case", "case_id", metavar="CASE", help="Only those against a case.")
@click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, metavar="N", help="How many at most."
)
@records_options
@json_option
def command(
    everything: bool,
    mine: str | None,
    free: bool,
    escalated: bool,
    account: str | None,
    case_id: str | None,
    limit: int,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """List the appeals that wait for an answer."""
    from stillwatch.casework.appeals.filters import WAITING, AppealFilter  # deferred, as in the others
    from stillwatch.cli import appeal_view

    wanted = AppealFilter(
        states=() if everything else WAITING,
        owner="" if free else mine,
        account=account,
        case=case_id,
        escalated=True if escalated else None,
        most=limit,
    )
    with at_desk(cases, folder, ledger_key) as desk:
        found, count = desk.office.appeals.list(wanted), desk.office.appeals.count(wanted)
        standings = desk.office.appeals.standings()
    output = Output(as_json=as_json)
    if as_json:
        output.json([appeal_view.as_json(each) for each in found])
        return
    click.echo(appeal_view.appeals_table(found))
    waiting = ", ".join(f"{number:,} {name}" for name, number in standings.items() if number)
    output.say(f"waiting: {waiting or 'none'}" + (f"; {count - limit:,} more here" if count > limit else ""))
