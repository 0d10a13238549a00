"""Make the next epoch: at the end of the present one, now, or because somebody may hold the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from stillwatch.cli.keyservice_options import folder_options, opened
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    from pathlib import Path


@click.command(epilog="\b\nExample:\n  stillwatch keyservice rotate --dir keyservice --now")
@folder_options
@click.option("--days", type=click.IntRange(1, 366), default=91, show_default=True, help="How long it lasts.")
@click.option(
    "--overlap-days",
    type=click.IntRange(0, 366),
    default=28,
    show_default=True,
    help="How long its key is used after that.",
)
@click.option(
    "--now", "at_once", is_flag=True, help="Begin today; the present epoch's overlap begins today as well."
)
@click.option(
    "--compromised",
    is_flag=True,
    help="Somebody may hold the key: end every epoch now and destroy its key without overlap.",
)
@json_option
def command(
    folder: Path,
    database: str,
    days: int,
    overlap_days: int,
    at_once: bool,
    compromised: bool,
    as_json: bool,
) -> None:
    """Make the next epoch.

    A running service notices within a second. It makes the next epoch by itself a week before the present one ends,
    so this is for keys that have to change sooner.
    """
    from stillwatch import clock
    from stillwatch.keyservice.epoch_book import EpochBook

    with opened(folder, database) as (where, records):
        book = EpochBook(records, where, clock.now)
        if compromised:
            made = book.compromised(days=days, overlap_days=overlap_days)
        else:
            made = book.rotate(days=days, overlap_days=overlap_days, at_once=at_once)
    output = Output(as_json=as_json)
    said = {
        "epoch": made.name,
        "public_key": made.public_key.hex(),
        "begins": f"{made.begins:%Y-%m-%dT%H:%M:%SZ}",
        "ends": f"{made.ends:%Y-%m-%dT%H:%M:%SZ}",
        "evaluated_until": f"{made.evaluated_until:%Y-%m-%dT%H:%M:%SZ}",
    }
    if as_json:
        output.json(said)
    else:
        click.echo(f"{made.name} begins {made.begins:%Y-%m-%d %H:%M} UTC and ends {made.ends:%Y-%m-%d}")
    if compromised:
        output.say("indicators blinded in earlier epochs can no longer be matched; members blind theirs anew")
