"""Approve what somebody else asked for."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, records_options


@click.command(epilog="\b\nExample:\n  stillwatch approvals approve apr-01c4 --by reviewer-1")
@click.argument("approval")
@click.option("--reason", default="", metavar="WORDS", help="Why, in a sentence; no prompt text.")
@acting_options
@records_options
def command(
    approval: str,
    reason: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Approve APPROVAL, in a role that it still needs; look at what it is about first."""
    with at_desk(cases, folder, ledger_key) as desk:
        person = acting(desk.records, by, person_token)
        with desk.records.database.write() as connection:
            after = desk.records.approvals.approve(connection, approval, person.name, reason)
        desk.go_round()  # a block that waited for this takes effect
    left = ", ".join(after.open_needs())
    Output().say(f"{approval} is {after.state}" + (f"; it still needs {left}" if left else ""))
