"""Ask for approval of exactly what the page would say."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch attribute publish ask pub-01kb6m --by analyst-1")
@click.argument("publication")
@acting_options
@records_options
def command(
    publication: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Ask a reviewer and counsel to approve PUBLICATION, once the waiting time is over."""
    from stillwatch.attribution.publication.desk import Publications  # deferred: help must not wait

    with opened(cases, folder, ledger_key) as records:
        found = Publications(records).ask(publication, acting(records, by, person_token))
    click.echo(found.approval_id)
    Output().say(f"next: stillwatch attribute publish approve {publication}, by a reviewer and by counsel")
