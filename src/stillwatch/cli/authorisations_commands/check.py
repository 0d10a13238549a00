"""Read a file of authorisations and say what it would register."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import config_option, current_settings, json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch authorisations check authorisations.toml")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@config_option
def command(file: Path, as_json: bool) -> None:
    """Read FILE and say what it would register; writes nothing.

    The same file can be named directly with `detect --authorisations FILE`.
    """
    from stillwatch.casework.authorisations.form import read_file  # deferred: help must not wait for it
    from stillwatch.cli.authorisations_view import as_json as shown
    from stillwatch.cli.authorisations_view import authorisations_table
    from stillwatch.traffic.pseudonyms import load_or_create

    found = read_file(file, load_or_create(current_settings().key_file))
    if as_json:
        Output(as_json=True).json([shown(each) for each in found])
    else:
        click.echo(authorisations_table(found))
