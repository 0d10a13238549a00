"""List epochs of keys, and which clusters have one of their own."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.keys_options import looking, schedule_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table


@click.command(epilog="\b\nExample:\n  stillwatch keys list")
@schedule_options
@json_option
def command(
    keys: Path | None, cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool
) -> None:
    """List epochs of keys, and which clusters have one of their own. No key is shown."""
    with looking(keys, cases, folder, ledger_key) as schedule:
        book = schedule.book()
    if as_json:
        Output(as_json=True).json(
            [
                {
                    "epoch": epoch.name,
                    "began": epoch.began,
                    "ended": epoch.ended,
                    "slots": epoch.slots,
                    "settings": epoch.settings.as_json(),
                    "clusters": [
                        {
                            "cluster": e.cluster,
                            "accounts": len(e.accounts),
                            "since": e.since,
                            "released": e.released,
                        }
                        for e in epoch.assignments
                    ],
                    "opened": len(epoch.opened),
                }
                for epoch in book.epochs
            ]
        )
        return
    rows = [
        (epoch.name, each.cluster, len(each.accounts), each.since[:19], (each.released or "")[:19])
        for epoch in book.epochs
        for each in epoch.assignments
    ]
    for epoch in book.epochs:
        until = f"until {epoch.ended[:19]}" if epoch.ended else "and lasts"
        how = epoch.settings
        click.echo(
            f"{epoch.name}: from {epoch.began[:19]} {until}; {epoch.slots} keys, {len(epoch.opened)} opened; "
            f"{how.scheme}, gamma {how.gamma:g}, delta {how.delta:g}, context {how.context}"
        )
    if not book.epochs:
        click.echo("no epoch was begun")
    elif rows:
        click.echo(table(("epoch", "cluster", "accounts", "since (UTC)", "released"), rows))
