"""Take a publication back; its page then says so, and why."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch attribute publish withdraw pub-01kb6m --reason 'the party showed another cause' "
    "--by counsel-1"
)
@click.argument("publication")
@reason_option
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
    """Withdraw PUBLICATION, released or not."""
    from stillwatch.attribution.publication.desk import Publications  # deferred: help must not wait

    with opened(cases, folder, ledger_key) as records:
        Publications(records).withdraw(publication, reason, acting(records, by, person_token))
    Output().say(f"withdrawn; put the new page in place: stillwatch attribute publish page {publication}")
