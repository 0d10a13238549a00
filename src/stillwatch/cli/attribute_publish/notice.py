"""Print the notice to the party named, to be sent by people."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch attribute publish notice pub-01kb6m > notice.txt")
@click.argument("publication")
@records_options
def command(publication: str, cases: str | None, folder: Path, ledger_key: Path | None) -> None:
    """Print the notice of PUBLICATION: what would be said, on what it rests, until when they may answer."""
    from stillwatch.attribution.publication.desk import Publications  # deferred: help must not wait
    from stillwatch.attribution.publication.notice import notice_of

    with opened(cases, folder, ledger_key) as records:
        click.echo(notice_of(Publications(records).get(publication)), nl=False)
