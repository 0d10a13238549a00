"""List publications, and where each stands."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch attribute publish list")
@records_options
@json_option
def command(cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool) -> None:
    """List publications, oldest first."""
    from stillwatch.attribution.publication.desk import Publications  # deferred: help must not wait

    with opened(cases, folder, ledger_key) as records:
        desk = Publications(records)
        rows = [
            {
                "publication": each.publication_id,
                "plan": each.plan_id,
                "party": each.party,
                "stage": desk.stage(each).value,
                "told": each.notified,
                "waits_until": each.waits_until,
                "answered": each.reply_received,
                "published": each.published,
            }
            for each in desk.list()
        ]
    if as_json:
        Output(as_json=True).json(rows)
        return
    head = ("publication", "plan", "party", "stage", "told", "may answer until", "answered", "published")
    cells = [tuple(value or "–" for value in row.values()) for row in rows]
    click.echo(table(head, cells) if rows else "nothing was drafted")
