"""Take a decided or closed case up again."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.case_desk import as_seen, changing, person_options, place_options, seen_option
from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExample:\n  stillwatch case reopen case-7 --reason 'They are back.' --by analyst-1"
)
@click.argument("case_id", metavar="CASE")
@reason_option
@seen_option
@person_options
@place_options
@json_option
def command(
    case_id: str,
    reason: str,
    seen: int | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Reopen CASE; its clock starts anew, its decision stands until there is another."""
    from stillwatch.cli import case_view  # deferred: help must not wait for the database

    with changing(cases, folder, ledger_key, by, person_token) as (store, name):
        _, version = as_seen(store, case_id, seen)
        after = store.reopen(case_id, name, version, reason=reason)
    if as_json:
        Output(as_json=True).json(case_view.as_json(after))
    else:
        Output().say(f"{after.case_id} is open again, due {after.due_ts[:16]}Z")
