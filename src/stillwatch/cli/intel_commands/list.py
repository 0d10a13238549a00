"""List received indicators: where from, how far they count, what of them was met here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.share_desk import intel_option, intel_place, node_option

if TYPE_CHECKING:
    from stillwatch.storage.received.records import ReceivedAdvisory


@click.command(epilog="\b\nExample:\n  stillwatch intel list --all")
@click.option("--all", "everything", is_flag=True, help="Also what was taken back or has run out.")
@click.option("--advisories", is_flag=True, help="What members describe instead: campaigns and texts.")
@intel_option
@node_option
@json_option
def command(everything: bool, advisories: bool, intel: str | None, folder: Path, as_json: bool) -> None:
    """List received indicators, or with --advisories what members describe for people to read.

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
        described_by_others = store.advisories(standing=not everything)
    finally:
        database.close()
    if advisories:
        _show_advisories(described_by_others, as_json=as_json)
        return
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
    if described_by_others:
        Output().say(f"{len(described_by_others)} advisories: stillwatch intel list --advisories")


def _show_advisories(found: list[ReceivedAdvisory], *, as_json: bool) -> None:
    """Campaigns and texts, the newest first; they are for people and weigh nothing."""
    import dataclasses

    if as_json:
        Output(as_json=True).json([_flat(dataclasses.asdict(each)) for each in found])
        return
    for each in found:
        origin = each.provenance
        state = f", taken back {origin.revoked_at[:10]}" if origin.revoked_at else ""
        about = each.text or (
            f"{each.accounts} accounts, weeks {each.first_week} to {each.last_week}, {', '.join(each.techniques)}"
        )
        click.echo(f"{each.title}  [TLP:{each.marking.value.upper()}]\n  {each.advisory_id}")
        click.echo(
            f"  from {origin.reporter}, received {origin.first_received[:10]}{state}\n{indented(about)}\n"
        )
    if not found:
        click.echo("no advisories were received, or none of them stands")


def indented(text: str) -> str:
    """Every line of a text set in, so that none can be taken for the program's own."""
    return "\n".join(f"  | {line}" for line in text.splitlines())


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return {**{k: v for k, v in row.items() if k != "provenance"}, **row["provenance"]}
