"""Note that the party named was told; the waiting time begins."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch attribute publish notify pub-01kb6m --how 'registered letter of 3 March' "
    "--by counsel-1"
)
@click.argument("publication")
@click.option("--how", required=True, metavar="WORDS", help="By which way they were told.")
@click.option(
    "--days",
    type=click.IntRange(min=1),
    default=14,
    show_default=True,
    help="How long they may answer; seven or more.",
)
@acting_options
@records_options
def command(
    publication: str,
    how: str,
    days: int,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Note that the party that PUBLICATION names was told. The program tells nobody by itself."""
    from stillwatch.attribution.publication.desk import Publications  # deferred: help must not wait

    with opened(cases, folder, ledger_key) as records:
        found = Publications(records).notify(publication, how, days, acting(records, by, person_token))
    Output().say(f"{found.party} may answer until {found.waits_until}")
