"""Take an appeal in on an account holder's behalf, and print the token by which they read how it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch appeal file acct-17 --words mail.txt --reference T-4711 --by support-desk"
)
@click.argument("account")
@click.option(
    "--words",
    "words",
    type=click.File("r", encoding="utf-8"),
    required=True,
    metavar="FILE",
    help="What the account holder wrote; - reads standard input.",
)
@click.option("--reference", default="", metavar="ID", help="Your own number for it.")
@click.option(
    "--case", "case_id", default="", metavar="CASE", help="Against this case; looked up unless given."
)
@acting_options
@records_options
@json_option
def command(
    account: str,
    words: TextIO,
    reference: str,
    case_id: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Take in the appeal of ACCOUNT. A second one about the same measure is the same appeal.

    Your support system does the same over HTTP: POST /v1/appeals.
    """
    from stillwatch.casework.appeals.filing import Filing  # deferred: help must not wait for the database

    filing = Filing(account, words.read(), reference, case_id)
    with at_desk(cases, folder, ledger_key) as desk:
        filed = desk.office.intake.file(filing, acting(desk.records, by, person_token).name)
        unheard_of = not filed.appeal.case_id and desk.is_unheard_of(filed.appeal.account_id)
    output, appeal = Output(as_json=as_json), filed.appeal
    if unheard_of:  # no more than a warning: a measure may be about an organisation, or at another system
        output.say(
            f"nothing kept here names {appeal.account_id} (no case, no measure in force, no verdict): "
            "is it the right account?"
        )
    if as_json:
        names = ("appeal_id", "case_id", "due_ts")
        said = {name: getattr(appeal, name) for name in names} | {"new": filed.new, "token": filed.token}
        output.json(said)
        return
    click.echo(filed.token)
    output.say(
        f"{appeal.appeal_id} {'taken in' if filed.new else 'was known already'}, due {appeal.due_ts[:16]}Z, "
        f"against {appeal.case_id or 'a measure without a case'}; the token is shown once, for the account holder"
    )
