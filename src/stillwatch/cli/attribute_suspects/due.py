"""List tests that are due: never tested, a new version, or time has passed."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch attribute suspects due")
@records_options
@json_option
def command(cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool) -> None:
    """List tests that are due now, those due longest first."""
    from stillwatch.attribution.suspects.register import SuspectRegister  # deferred: help must not wait

    with opened(cases, folder, ledger_key) as records:
        found = SuspectRegister(records).due()
    rows = [
        {
            "suspect": each.suspect.suspect_id,
            "model": each.suspect.model,
            "version": each.version.label if each.version else None,
            "why": each.why.value,
            "since": each.since,
        }
        for each in found
    ]
    if as_json:
        Output(as_json=True).json(rows)
        return
    head = ("suspect", "model", "version", "why", "due since")
    cells = [tuple("–" if value is None else value for value in row.values()) for row in rows]
    click.echo(table(head, cells) if rows else "no test is due")
