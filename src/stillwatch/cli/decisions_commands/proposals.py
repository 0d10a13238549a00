"""List what waits for a second person: permanent blocks, and rules that met their brake."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.decisions_options import desk, desk_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch decisions proposals")
@desk_options
@json_option
def command(folder: Path, node: str | None, token_file: Path | None, as_json: bool) -> None:
    """List what waits for a second person, the oldest first."""
    from stillwatch.cli import decisions_view  # deferred: help must not wait for the database

    found = desk(folder, node, token_file).proposals()
    if as_json:
        Output(as_json=True).json(decisions_view.as_json(found))
    else:
        click.echo(decisions_view.proposals_lines(found))
