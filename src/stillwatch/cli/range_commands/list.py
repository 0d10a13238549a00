"""List the worlds that can be made."""

from __future__ import annotations

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table


@click.command(epilog="\b\nExample:\n  stillwatch range list")
@json_option
def command(as_json: bool) -> None:
    """List the worlds that can be made.

    NAME-history gives the honest traffic of the days before the world NAME, for --baseline.
    """
    from stillwatch.range.worlds import worlds  # deferred: help must not wait for the texts

    rows = [(name, world.ABOUT) for name, world in worlds().items()]
    if as_json:
        Output(as_json=True).json([{"name": name, "about": about} for name, about in rows])
    else:
        click.echo(table(("world", "what it holds"), rows))
