"""Ask a second person to grant that keys be opened."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.keys_options import changing, person_options, schedule_options
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch keys ask campaign-7 --epoch e1 --by analyst-1")
@click.argument("clusters", metavar="CLUSTER...", nargs=-1, required=True)
@click.option(
    "--epoch", "epochs", multiple=True, required=True, metavar="NAME", help="In which; may be repeated."
)
@person_options
@schedule_options
def command(
    clusters: tuple[str, ...],
    epochs: tuple[str, ...],
    by: str,
    person_token: Path | None,
    keys: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Ask a reviewer to grant that the keys of each CLUSTER be opened; their epochs must have ended.

    The approval names slots by number, never the cluster: `stillwatch keys list` says whose they are.
    """
    with changing(keys, cases, folder, ledger_key, by, person_token) as (schedule, person):
        approval = schedule.ask_opening(person, clusters, epochs)
    click.echo(approval)
    Output().say(f"a reviewer grants it with: stillwatch approvals approve {approval}")
