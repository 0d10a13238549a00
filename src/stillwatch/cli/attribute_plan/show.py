"""Print a committed plan in its one form, as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch attribute plan show att-plan > plan.json")
@click.argument("plan")
@records_options
def command(plan: str, cases: str | None, folder: Path, ledger_key: Path | None) -> None:
    """Print the bytes of the committed PLAN, whose SHA-256 the ledger has."""
    from stillwatch.attribution.plans.book import PlanBook  # deferred: help must not wait for the database

    with opened(cases, folder, ledger_key) as records:
        found = PlanBook(records).get(plan)
    click.echo(found.plan.body(), nl=False)
