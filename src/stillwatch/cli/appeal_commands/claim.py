"""Claim an appeal, as somebody who had no part in what it is about."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.case_desk import seen_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, records_options


@click.command(epilog="\b\nExample:\n  stillwatch appeal claim apl-01kb6m --by reviewer-2")
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
    """Claim APPEAL, so that nobody else answers it.

    Whoever decided or approved in the case, decided about the account, or answered an earlier appeal of it cannot.
    Counsel may take over what was escalated.
    """
    with at_desk(cases, folder, ledger_key) as desk:
        version = desk.office.appeals.get(appeal_id).version if seen is None else seen
        name = acting(desk.records, by, person_token).name
        appeal = desk.office.appeals.claim(appeal_id, name, version)
    Output().say(f"{appeal.appeal_id} is yours, at version {appeal.version}; due {appeal.due_ts[:16]}Z")
