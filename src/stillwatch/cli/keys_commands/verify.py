"""Check opened keys against a ledger, with nothing but the public key."""

from __future__ import annotations

import json
from pathlib import Path

import click

from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExample:\n  stillwatch keys verify opened.json --ledger ledger-2026-03 --key ledger.pub"
)
@click.argument("opened", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--ledger",
    type=click.Path(path_type=Path),
    required=True,
    metavar="EXPORT",
    help="The folder of `ledger export`, or the file of `ledger prove --subject watermark-EPOCH`.",
)
@click.option("--key", required=True, metavar="PUB", help="Public key: a PEM file, or its 64 digits.")
def command(opened: Path, ledger: Path, key: str) -> None:
    """Check that every key in FILE, of `keys open`, was committed to in the ledger before.

    The ledger is verified first. It ends with status 3, and says what, if anything does not hold.
    """
    from stillwatch.attribution.keys.handout import opening_in  # deferred: help must not wait
    from stillwatch.attribution.keys.opening import not_opened
    from stillwatch.attribution.keys.told import told

    try:
        found = json.loads(opened.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise not_opened(str(opened)) from error
    opening = opening_in(found, str(opened))
    when = opening.check(told(ledger, key))
    Output().say(f"{len(opening.all_keys())} keys, all committed to by {when}")
