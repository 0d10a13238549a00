"""Show one case: what, who, since when, why, and what was done about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.case_desk import looking, person_options, place_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    from stillwatch.detection.replay.recorded import Exemplar


@click.command(epilog="\b\nExample:\n  stillwatch case show case-7")
@click.argument("case_id", metavar="CASE")
@click.option(
    "--exemplars",
    is_flag=True,
    help="Ids of exchanges that show what was asked; needs --by, and the ledger notes it.",
)
@person_options
@place_options
@json_option
def command(
    case_id: str,
    exemplars: bool,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Show CASE on one screen. Its version stands in the first line: name it with --seen when you change the case."""
    from stillwatch.cli import case_view, effects_view  # deferred: help must not wait for the database
    from stillwatch.cli.records_options import acting

    with looking(cases, folder, ledger_key) as (store, records):
        case = store.get(case_id)
        campaign = store.campaign(case_id) if case.evidence else None
        most = case.accounts + 1000 if as_json else 1000
        accounts, tasks = store.accounts(case_id, most=most), store.tasks(case_id)
        related, steps = store.related(case_id), store.steps(case_id)
        ordered = effects_view.of_case(records, case.case_id)
        shown: tuple[Exemplar, ...] = ()
        if exemplars and campaign is not None:
            with records.people.reading(acting(records, by, person_token), case.case_id, "exemplars"):
                shown = campaign.exemplars
    output = Output(as_json=as_json)
    if as_json:
        parts = {"accounts": accounts, "tasks": tasks, "related": related, "steps": steps}
        said = case_view.as_json(case) | {name: case_view.as_json(part) for name, part in parts.items()}
        if campaign is not None:
            said["reasons"] = case_view.as_json(campaign.reasons)
            said["innocent_explanation"] = campaign.innocent_explanation
        said["orders"] = effects_view.as_json(ordered)
        if exemplars:
            said["exemplars"] = [[each.account_id, each.request_id, each.ts] for each in shown]
        output.json(said)
        return
    click.echo(case_view.case_lines(case, campaign, accounts, tasks, related, steps))
    if ordered:
        click.echo("\n".join(["", "ordered", *effects_view.progress_lines(ordered)]))
    if exemplars:
        click.echo(
            "\nexemplars\n" + "\n".join(f"  {e.ts}  {e.account_id}  {e.request_id or '–'}" for e in shown)
        )
