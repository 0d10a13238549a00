"""Write something down about a case."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.case_desk import as_seen, changing, person_options, place_options, seen_option
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExample:\n  stillwatch case note case-7 'All of them pay by gift cards.' --by analyst-1"
)
@click.argument("case_id", metavar="CASE")
@click.argument("words")
@seen_option
@person_options
@place_options
@json_option
def command(
    case_id: str,
    words: str,
    seen: int | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Add WORDS to the history of CASE."""
    from stillwatch.cli import case_view  # deferred: help must not wait for the database

    with changing(cases, folder, ledger_key, by, person_token) as (store, name):
        _, version = as_seen(store, case_id, seen)
        after = store.note(case_id, words, name, version)
    if as_json:
        Output(as_json=True).json(case_view.as_json(after))
    else:
        Output().say(f"noted; {after.case_id} is at version {after.version}")
