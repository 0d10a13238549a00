"""Record the answer of the party named; it is printed in their words."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch attribute publish reply pub-01kb6m answer.txt --by counsel-1"
)
@click.argument("publication")
@click.argument("file", type=click.File(encoding="utf-8"))
@acting_options
@records_options
def command(
    publication: str,
    file: TextIO,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Record the text of FILE as the answer to PUBLICATION. What was approved before has to be approved again."""
    from stillwatch.attribution.publication.desk import Publications  # deferred: help must not wait

    text = file.read()
    with opened(cases, folder, ledger_key) as records:
        found = Publications(records).reply(publication, text, acting(records, by, person_token))
    Output().say(f"the answer of {found.party} will stand on the page")
