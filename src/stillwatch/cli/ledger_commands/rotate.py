"""Replace the ledger's key; the old one vouches for the new one in an entry."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch ledger rotate --by administrator-1")
@acting_options
@records_options
def command(
    by: str, person_token: Path | None, cases: str | None, folder: Path, ledger_key: Path | None
) -> None:
    """Replace the ledger's key and print the new public key.

    Whoever holds the old public key can go on checking with it: the ledger says which key followed, signed by the old
    one. The old private key is overwritten.
    """
    from stillwatch.casework.people import Act, may  # deferred: help must not wait for the database

    with opened(cases, folder, ledger_key) as records:
        person = acting(records, by, person_token)
        may(person, Act.MANAGE_PEOPLE)
        click.echo(records.ledger.rotate(person.name))
    Output().say("running programs take the new key up at their next entry")
