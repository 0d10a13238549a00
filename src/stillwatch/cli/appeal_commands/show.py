"""Show one appeal: what is said, how long there is, who cannot answer it, and what came of it everywhere."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import records_options


@click.command(epilog="\b\nExample:\n  stillwatch appeal show apl-01kb6m")
@click.argument("appeal_id", metavar="APPEAL")
@records_options
@json_option
def command(appeal_id: str, cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool) -> None:
    """Show APPEAL. Once it is overturned: what was lifted, which gateways have confirmed, and what is still pending."""
    from stillwatch.casework.effects.progress import progress  # deferred: help must not wait
    from stillwatch.cli import appeal_view, effects_view

    with at_desk(cases, folder, ledger_key) as desk:
        office = desk.office
        appeal = office.appeals.get(appeal_id)
        involved = office.appeals.involved(appeal)
        ordered = office.orders.of_appeal(appeal.appeal_id)
        found = progress(ordered, office.orders, office.confirmations, office.outbox)
    if as_json:
        said = appeal_view.as_json(appeal) | {
            "involved": involved,
            "orders": effects_view.as_json(found),
        }
        Output(as_json=True).json(said)
    else:
        click.echo(appeal_view.appeal_lines(appeal, involved, found))
