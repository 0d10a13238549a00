"""List received indicators: where from, how far they count, what of them was met here."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.share_desk import intel_option, intel_place, node_option


@click.command(epilog="\b\nExample:\n  stillwatch intel list --all")
@click.option("--all", "everything", is_flag=True, help="Also what was taken back or has run out.")
@intel_option
@node_option
@json_option
def command(everything: bool, intel: str | None, folder: Path, as_json: bool) -> None:
    """List received indicators.

    `counts` is what one of them can add to the evidence at most today: the reporter's weight, times the confidence,
    times what age has left.
    """
    from stillwatch import clock
    from stillwatch.sharing.client.described import described
    from stillwatch.storage.received.store import FAMILY, ReceivedStore
    from stillwatch.storage.sql import SqlDatabase, database_url

    day = clock.now().date().isoformat()
    database = SqlDatabase(database_url(intel_place(intel, folder)), FAMILY)
    try:
        store = ReceivedStore(database)
        found = store.indicators(today=None if everything else day)
        matches, sightings = store.matches(), store.sightings()
    finally:
        database.close()
    rows = [described(each, matches, sightings, day) for each in found]
    if as_json:
        Output(as_json=True).json(rows)
        return
    head = ("indicator", "kind", "from", "signature", "seen", "until", "weight", "counts", "met", "state")
    cells = [
        (
            row["id"],
            row["kind"],
            row["reporter"],
            row["signature"],
            row["seen_week"],
            row["valid_until"],
            f"{row['weight']:.2f}",
            f"{row['counts']:.2f}",
            row["met"],
            row["state"],
        )
        for row in rows
    ]
    click.echo(table(head, cells) if cells else "nothing was received, or nothing of it stands")
