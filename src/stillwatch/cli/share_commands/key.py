"""Make the key that signs what is sent, and print its public half."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(epilog="\b\nExample:\n  stillwatch share key member.key > member.pem")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Make a signing key in FILE and print its public half.

    Hand the public half to the hub's operator; the file is readable by its owner alone and never leaves this machine.
    """
    from stillwatch.sharing.keys import make_key, public_pem  # deferred: help must not wait

    click.echo(public_pem(make_key(file)).decode(), nl=False)
