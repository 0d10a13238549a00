"""Judge a case again from its snapshot alone, and prove the same result or say what differs."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.case_desk import changing, person_options, place_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.errors import ExitCode


@click.command(
    epilog="Exit status: 0 the same result, 1 it differs.\n\n"
    "\b\nExample:\n  stillwatch case replay case-7 --by auditor-1"
)
@click.argument("case_id", metavar="CASE")
@click.option(
    "--evidence",
    metavar="DIGEST",
    help="Snapshot to judge, or how its digest begins; the latest if left out.",
)
@click.option("--snapshots", is_flag=True, help="List the snapshots and judge nothing.")
@person_options
@place_options
@json_option
def command(
    case_id: str,
    evidence: str | None,
    snapshots: bool,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> ExitCode:
    """Judge CASE again through the code that decides, with the thresholds and scales of then.

    Needs no traffic: what the verdict rested on was kept. It also says what was tuned since, and what the same
    evidence would be called today.
    """
    from stillwatch.cli import case_view  # deferred: help must not wait for the database
    from stillwatch.cli.output import table

    output = Output(as_json=as_json)
    with changing(cases, folder, ledger_key, by, person_token) as (store, name):
        if snapshots:
            taken = store.snapshots(case_id)
            rows = [
                (each.digest[:16], each.taken_ts, f"v{each.version}", f"{each.accounts:,}") for each in taken
            ]
            if as_json:
                output.json(case_view.as_json(taken))
            else:
                click.echo(table(("evidence", "taken", "version", "accounts"), rows))
            return ExitCode.DONE
        found = store.replay(case_id, name, evidence)
    if as_json:
        output.json(case_view.as_json(found))
    else:
        click.echo(case_view.replay_lines(found))
    return ExitCode.DONE if found.same else ExitCode.FOUND
