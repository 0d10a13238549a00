"""List the gateways that are known and what each can do."""

from __future__ import annotations

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table


@click.command(epilog="\b\nExample:\n  stillwatch gateways list")
@json_option
def command(as_json: bool) -> None:
    """List the gateways that are known and what each can do by itself.

    What one cannot do by itself reaches the inference server as headers.
    """
    from stillwatch.enforcement.gateways.registry import gateways

    known = gateways()
    if as_json:
        Output(as_json=True).json(
            {
                name: {
                    "title": each.title,
                    "actions": {str(action): how for action, how in each.can.actions.items()},
                    "limits": sorted(each.can.limits),
                    "scopes": sorted(each.can.scopes),
                }
                for name, each in sorted(known.items())
            }
        )
        return
    rows = [
        (name, each.title, ", ".join(sorted(each.can.limits)) or "-") for name, each in sorted(known.items())
    ]
    click.echo(table(("gateway", "what it is", "limits it carries out itself"), rows))
