"""Check everything a hub keeps against its log and its members' signatures."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from stillwatch.cli.hub_options import place_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch hub verify --dir hub --key 8e1f…")
@place_options
@click.option(
    "--key", default="", metavar="HEX|FILE", help="The log's public key; the one in --dir unless given."
)
@json_option
def command(folder: Path, database: str, key: str, as_json: bool) -> None:
    """Check everything a hub keeps.

    The log's tree and signed heads; each submission's bytes, signature and entry; each object's origin. Nothing is
    changed. Name the key that members were told: the one in the folder could have been changed with the rest.
    """
    from stillwatch.hub.folder import Folder
    from stillwatch.hub.opening import opened
    from stillwatch.hub.verification import verify

    with opened(Folder(folder), database) as hub:
        assert hub.ledger.signer is not None
        found = verify(hub.database, hub.ledger, key or hub.ledger.signer.public_key)
    if as_json:
        Output(as_json=True).json(dataclasses.asdict(found))
        return
    click.echo(
        f"{found.entries} entries, {found.submissions} submissions ({found.signed} signed), {found.objects} objects: "
        "all as the log says"
    )
