"""List what waits for a second person."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch approvals list --all")
@click.option("--all", "everything", is_flag=True, help="Those that were answered or lapsed as well.")
@click.option("--subject", metavar="ID", help="Only those about a case or a decision.")
@records_options
@json_option
def command(
    everything: bool,
    subject: str | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """List what waits for a second person, oldest first, and which roles it still needs."""
    from stillwatch.casework.people import ApprovalState  # deferred: help must not wait for the database

    with opened(cases, folder, ledger_key) as records:
        wanted = None if everything else ApprovalState.WAITING
        found = records.approvals.list(wanted, subject=subject)
    if as_json:
        Output(as_json=True).json([dataclasses.asdict(each) for each in found])
        return
    rows = [
        (
            each.approval_id,
            each.kind,
            each.subject,
            each.state,
            " ".join(each.open_needs()) or "nobody",
            each.asked_by,
            each.lapses[:10],
        )
        for each in found
    ]
    heads = ("approval", "what", "about", "state", "still needs", "asked by", "lapses")
    click.echo(table(heads, rows) if rows else "nothing waits")
