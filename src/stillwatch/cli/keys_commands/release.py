"""Serve a cluster under the default key again."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.keys_options import changing, person_options, schedule_options
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch keys release campaign-7 --by reviewer-1")
@click.argument("cluster")
@person_options
@schedule_options
def command(
    cluster: str,
    by: str,
    person_token: Path | None,
    keys: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Serve the accounts of CLUSTER under the default key again, as when an appeal was upheld.

    Its key goes to nobody else in this epoch. Write the file for the serving machines again afterwards.
    """
    with changing(keys, cases, folder, ledger_key, by, person_token) as (schedule, person):
        epoch = schedule.release(person, cluster)
    Output().say(f"{cluster} is served under the default key of {epoch.name} again")
