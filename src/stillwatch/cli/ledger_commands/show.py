"""Show entries: who did what, when."""

from __future__ import annotations

import json
from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch ledger show --subject case-01kb6m")
@click.option("--subject", metavar="ID", help="Only those about a case, a decision, a person.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many, the newest."
)
@records_options
@json_option
def command(
    subject: str | None, limit: int, cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool
) -> None:
    """Show the newest entries, oldest first."""
    with opened(cases, folder, ledger_key) as records:
        ledger = records.ledger
        found = ledger.about(subject) if subject is not None else tuple(ledger.entries(ledger.size() - limit))
    found = found[-limit:]
    if as_json:
        Output(as_json=True).json([{"index": each.index, **json.loads(each.leaf)} for each in found])
        return
    rows = [
        (
            each.index,
            each.entry.ts[:19],
            each.entry.kind,
            each.entry.subject,
            each.entry.by,
            _short(each.entry.details),
        )
        for each in found
    ]
    click.echo(
        table(("entry", "when (UTC)", "what", "about", "by", "details"), rows) if rows else "no entries"
    )


def _short(details: object) -> str:
    text = json.dumps(details, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 100 else f"{text[:99]}…"
