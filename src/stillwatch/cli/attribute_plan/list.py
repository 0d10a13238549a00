"""List committed plans, and what became of them."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch attribute plan list")
@records_options
@json_option
def command(cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool) -> None:
    """List every plan that was committed, oldest first."""
    from stillwatch.attribution.plans.book import PlanBook  # deferred: help must not wait for the database

    with opened(cases, folder, ledger_key) as records:
        found = PlanBook(records).list()
    rows = [
        {
            "plan": each.plan.plan_id,
            "suspect": each.plan.suspect.model,
            "committed": each.committed,
            "committed_by": each.committed_by,
            "sha256": each.digest,
        }
        for each in found
    ]
    if as_json:
        Output(as_json=True).json(rows)
        return
    head = ("plan", "suspect", "committed", "by", "SHA-256")
    click.echo(table(head, [tuple(row.values()) for row in rows]) if rows else "no plan was committed")
