"""List cases, the most urgent first."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.case_desk import looking, place_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.core.case import CaseState, Priority


@click.command(epilog="\b\nExample:\n  stillwatch case list --overdue --priority urgent")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([each.value for each in CaseState]),
    help="Any of these; waiting ones if left out.",
)
@click.option("--all", "all_states", is_flag=True, help="Those that are decided, closed or merged, too.")
@click.option("--priority", type=click.Choice([each.value for each in Priority]), help="Only these.")
@click.option("--owner", metavar="NAME", help="Claimed by them.")
@click.option("--account", metavar="ACCOUNT", help="That hold this account.")
@click.option("--campaign", metavar="CAMPAIGN", help="That this campaign belongs to.")
@click.option("--overdue", is_flag=True, help="That should have been decided by now.")
@click.option(
    "--order", type=click.Choice(["priority", "due", "newest"]), default="priority", show_default=True
)
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many at most.")
@click.option("--skip", type=click.IntRange(min=0), default=0, help="Leave out so many before.")
@place_options
@json_option
def command(
    states: tuple[CaseState, ...],
    all_states: bool,
    priority: Priority | None,
    owner: str | None,
    account: str | None,
    campaign: str | None,
    overdue: bool,
    order: str,
    limit: int,
    skip: int,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """List cases that wait for a decision, the most urgent first."""
    from stillwatch.casework.cases import CaseFilter, Order  # deferred: help must not wait for the database
    from stillwatch.casework.cases.filters import WAITING
    from stillwatch.cli import case_view

    wanted = CaseFilter(
        states=() if all_states else tuple(map(CaseState, states)) or WAITING,
        priority=None if priority is None else Priority(priority),
        owner=owner,
        account=account,
        campaign=campaign,
        overdue_at=case_view.now_ts() if overdue else None,
        order=Order(order),
        most=limit,
        skip=skip,
    )
    with looking(cases, folder, ledger_key) as (store, _):
        found, count = store.list(wanted), store.count(wanted)
    output = Output(as_json=as_json)
    if as_json:
        output.json({"count": count, "cases": case_view.as_json(found)})
        return
    click.echo(case_view.cases_table(found))
    if count > skip + len(found):
        output.say(f"{count - skip - len(found):,} more; raise --limit or --skip to see them")
