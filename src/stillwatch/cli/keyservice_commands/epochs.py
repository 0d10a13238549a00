"""List the epochs: which key is in use, until when, and the digest that members compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from stillwatch.cli.keyservice_options import folder_options, opened
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table

if TYPE_CHECKING:
    from pathlib import Path


@click.command(epilog="\b\nExample:\n  stillwatch keyservice epochs --dir keyservice")
@folder_options
@json_option
def command(folder: Path, database: str, as_json: bool) -> None:
    """List the epochs.

    The digest below them is over all names and public keys. Members compare theirs with each other: a service that
    showed two members two keys could tell them apart.
    """
    from stillwatch import clock
    from stillwatch.keyservice.epoch_book import EpochBook

    now = clock.now()
    with opened(folder, database) as (where, records):
        book = EpochBook(records, where, clock.now)
        listed, gone = book.listed("key service"), book.destroyed()
    rows = []
    for epoch in listed.epochs:
        state = (
            "destroyed"
            if epoch.name in gone
            else "current"
            if epoch.current(now)
            else "overlap"
            if epoch.evaluated(now)
            else "upcoming"
            if epoch.begins > now
            else "over"
        )
        days = (f"{moment:%Y-%m-%d}" for moment in (epoch.begins, epoch.ends, epoch.evaluated_until))
        rows.append((epoch.name, state, *days, epoch.public_key.hex()))
    head = ("epoch", "state", "begins", "ends", "evaluated until", "public key")
    if as_json:
        named = [dict(zip((h.replace(" ", "_") for h in head), row, strict=True)) for row in rows]
        Output(as_json=True).json({"epochs": named, "digest": listed.digest(), "serial": listed.serial})
        return
    click.echo(table(head, rows) if rows else "no epochs; `stillwatch keyservice rotate` makes the first")
    click.echo(f"digest: {listed.digest()}")
