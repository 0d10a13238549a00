"""Send an appeal to counsel, or all that nobody has answered long enough after they were due."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.case_desk import seen_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch appeal escalate apl-01kb6m --reason 'A question of law.' --by reviewer-2"
)
@click.argument("appeal_id", metavar="APPEAL", required=False)
@click.option("--overdue", is_flag=True, help="All that should have been answered long enough ago.")
@click.option("--reason", default="", metavar="WORDS", help="Why, in a sentence; needed for one APPEAL.")
@seen_option
@acting_options
@records_options
def command(
    appeal_id: str | None,
    overdue: bool,
    reason: str,
    seen: int | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Send APPEAL to counsel, or with --overdue what the clock says; a node that runs does the latter by itself."""
    if (appeal_id is None) is not overdue:
        raise click.UsageError("name an APPEAL, or --overdue")
    with at_desk(cases, folder, ledger_key) as desk:
        office = desk.office
        if appeal_id is None:
            gone = office.escalation.overdue()
        else:
            version = office.appeals.get(appeal_id).version if seen is None else seen
            name = acting(desk.records, by, person_token).name
            gone = (office.escalation.escalate(appeal_id, name, version, reason=reason),)
    for appeal in gone:
        click.echo(appeal.appeal_id)
    Output().say(f"{len(gone):,} went to counsel")
