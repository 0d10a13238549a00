"""List what a world can be made of."""

from __future__ import annotations

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table


@click.command(epilog="\b\nExamples:\n  stillwatch range list\n  stillwatch range list --kind families")
@click.option(
    "--kind",
    default="worlds",
    show_default=True,
    metavar="KIND",
    help="worlds, families, tactics, archetypes, knobs or formats.",
)
@json_option
def command(kind: str, as_json: bool) -> None:
    """List what a world can be made of.

    NAME-history gives the honest traffic of the days before the world NAME, for --baseline.
    """
    from stillwatch.range.catalogue import listed  # deferred: help must not wait for the texts

    rows = listed(kind)
    if as_json:
        Output(as_json=True).json(rows)
    else:
        click.echo(table(tuple(rows[0]), [tuple(row.values()) for row in rows]))
