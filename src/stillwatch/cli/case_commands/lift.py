"""End a measure that a case ordered, before its time."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.case_desk import person_options, place_options
from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting


@click.command(
    epilog="\b\nExample:\n  stillwatch case lift case-7 ord-01kb6m --reason 'The wrong accounts.' --by analyst-1"
)
@click.argument("case_id", metavar="CASE")
@click.argument("order_id", metavar="ORDER")
@reason_option
@person_options
@place_options
@json_option
def command(
    case_id: str,
    order_id: str,
    reason: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """End what ORDER of CASE took, at every gateway; `stillwatch case show` lists the orders.

    Nobody is cleared by it: a rule may decide about the accounts again, and so may another order. One that still waits
    for a second person is taken back.
    """
    from stillwatch.casework.effects.progress import progress  # deferred: help must not wait for the database
    from stillwatch.cli import effects_view

    with at_desk(cases, folder, ledger_key) as desk:
        office = desk.office
        name = acting(desk.records, by, person_token).name
        order = office.measures.lift(case_id, order_id, name, reason)
        desk.go_round()
        found = progress(
            [office.orders.get(order.order_id)], office.orders, office.confirmations, office.outbox
        )
    if as_json:
        Output(as_json=True).json(effects_view.as_json(found)[0])
        return
    click.echo("\n".join(effects_view.progress_lines(found)))
