"""Decide an appeal that you claimed: the measure is upheld, or overturned and taken back everywhere."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.case_desk import seen_option
from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, records_options
from stillwatch.core.appeal import Outcome, Reach


@click.command(
    epilog="\b\nExample:\n  stillwatch appeal decide apl-01kb6m overturned --reason 'A code review service.' "
    "--by reviewer-2"
)
@click.argument("appeal_id", metavar="APPEAL")
@click.argument("outcome", type=click.Choice([each.value for each in Outcome]))
@reason_option
@click.option(
    "--reach",
    type=click.Choice([each.value for each in Reach]),
    default=Reach.ACCOUNT.value,
    show_default=True,
    help="Whether the account alone was no part of the campaign, or the whole case was wrong.",
)
@seen_option
@acting_options
@records_options
@json_option
def command(
    appeal_id: str,
    outcome: str,
    reason: str,
    reach: str,
    seen: int | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Decide APPEAL. The reason is for the record; what the account holder reads is the statement of reasons.

    An overturned one lifts every decision that rests on the mistake, retracts or corrects what was shared, and labels
    who was accused in vain. `stillwatch appeal show` says what of it is confirmed.
    """
    from stillwatch.cli import appeal_view  # deferred: help must not wait for the database

    with at_desk(cases, folder, ledger_key) as desk:
        version = desk.office.appeals.get(appeal_id).version if seen is None else seen
        name = acting(desk.records, by, person_token).name
        appeal = desk.office.appeals.decide(
            appeal_id, Outcome(outcome), name, version, reason=reason, reach=Reach(reach)
        )
        desk.go_round()
    output = Output(as_json=as_json)
    if as_json:
        output.json(appeal_view.as_json(appeal))
    else:
        output.say(
            f"{appeal.appeal_id} is {appeal.outcome}; tell the account holder: stillwatch appeal statement"
        )
