"""Note that an account holder no longer wants an answer."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.case_desk import seen_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, records_options


@click.command(epilog="\b\nExample:\n  stillwatch appeal withdraw apl-01kb6m --by support-desk")
@click.argument("appeal_id", metavar="APPEAL")
@seen_option
@acting_options
@records_options
def command(
    appeal_id: str,
    seen: int | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """End APPEAL without an answer, because whoever filed it asks for that."""
    with at_desk(cases, folder, ledger_key) as desk:
        version = desk.office.appeals.get(appeal_id).version if seen is None else seen
        name = acting(desk.records, by, person_token).name
        appeal = desk.office.appeals.withdraw(appeal_id, name, version)
    Output().say(f"{appeal.appeal_id} is withdrawn")
