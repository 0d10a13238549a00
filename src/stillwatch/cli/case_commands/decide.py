"""Decide a case that you claimed."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.case_desk import as_seen, changing, person_options, place_options, seen_option
from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.core.case import CaseDecision


@click.command(
    epilog="\b\nExample:\n  stillwatch case decide case-7 confirmed --reason 'One pool of prompts.' "
    "--seen 4 --by analyst-1"
)
@click.argument("case_id", metavar="CASE")
@click.argument("decision", type=click.Choice([each.value for each in CaseDecision]))
@reason_option
@click.option(
    "--spare", multiple=True, metavar="ACCOUNT", help="Leave this account out; may be given more than once."
)
@seen_option
@person_options
@place_options
@json_option
def command(
    case_id: str,
    decision: str,
    reason: str,
    spare: tuple[str, ...],
    seen: int | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Conclude about CASE: confirmed, innocent, or undecided.

    The decision is about the accounts that belong to the case now. Who joins later waits for another one. It blocks
    nobody by itself.
    """
    from stillwatch.cli import case_view  # deferred: help must not wait for the database

    with changing(cases, folder, ledger_key, by, person_token) as (store, name):
        _, version = as_seen(store, case_id, seen)
        after = store.decide(case_id, CaseDecision(decision), name, version, reason=reason, spare=spare)
    if after.decision is CaseDecision.INNOCENT:
        with at_desk(cases, folder, ledger_key) as desk:
            desk.go_round()  # what the case had led to is taken back
    if as_json:
        Output(as_json=True).json(case_view.as_json(after))
    else:
        spared = f", {len(after.spared):,} spared" if after.spared else ""
        Output().say(f"{after.case_id} is decided: {after.decision}, {after.accounts:,} accounts{spared}")
