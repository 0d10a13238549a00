"""Give a task that belongs to a case, or tick one off."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.case_desk import changing, person_options, place_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExamples:\n  stillwatch case task case-7 'Ask the reseller.' --for analyst-2 --by analyst-1\n"
    "  stillwatch case task case-7 --done 3 --by analyst-2"
)
@click.argument("case_id", metavar="CASE")
@click.argument("words", required=False)
@click.option(
    "--for",
    "assignee",
    default="",
    metavar="NAME",
    help="Who is to do it; whoever owns the case if left out.",
)
@click.option("--due", metavar="TIME", help="By when (RFC 3339).")
@click.option("--done", type=click.IntRange(min=1), metavar="TASK", help="Tick off this one instead.")
@person_options
@place_options
@json_option
def command(
    case_id: str,
    words: str | None,
    assignee: str,
    due: str | None,
    done: int | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Add WORDS to what has to be done about CASE, or tick off a task with --done."""
    from stillwatch.casework.cases.moments import moment  # deferred: help must not wait for the database
    from stillwatch.cli import case_view

    if (words is None) == (done is None):
        raise click.UsageError("say what has to be done, or which task is done with --done")
    due_ts = None if due is None else moment(due)
    with changing(cases, folder, ledger_key, by, person_token) as (store, name):
        if done is not None:
            store.done(case_id, done, name)
        else:
            store.task(case_id, words or "", name, assignee=assignee, due_ts=due_ts)
        tasks = store.tasks(case_id)
    if as_json:
        Output(as_json=True).json(case_view.as_json(tasks))
    else:
        left = sum(task.done_ts is None for task in tasks)
        Output().say(f"{left:,} to be done" if left else "nothing is left to be done")
