"""Approve a publication, in a role that it still needs."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch attribute publish approve pub-01kb6m --by reviewer-1")
@click.argument("publication")
@click.option("--reason", default="", metavar="WORDS", help="Why, in a sentence.")
@acting_options
@records_options
def command(
    publication: str,
    reason: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Approve PUBLICATION; look at `publish page --preview` first. Nobody approves what they asked for."""
    from stillwatch.attribution.publication.desk import Publications  # deferred: help must not wait

    with opened(cases, folder, ledger_key) as records:
        found = Publications(records).approve(publication, acting(records, by, person_token), reason)
    needs = " and ".join(found.open_needs())
    Output().say(
        f"it still needs {needs}" if needs else f"next: stillwatch attribute publish page {publication}"
    )
