"""List the displacement tests: where each stands, and what was seen so far."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.displacement_options import node_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch displacement list --json")
@node_options
@json_option
def command(node: str, token_file: Path | None, as_json: bool) -> None:
    """List the displacement tests, the latest last.

    "displaced" says that work moved from slowed accounts to others more than coins explain. "not displaced" says that
    what was refused came back where it was refused. "undecided" says that too little came back in the same words to
    tell: it waits, or is written anew. "may move" is the largest share of returning work that can have moved unseen.
    """
    from stillwatch.cli.displacement_view import (
        standings_table,
    )  # deferred: help must not wait for the HTTP client
    from stillwatch.node.remote_node import RemoteNode

    answer = RemoteNode(node, token_file).call("GET", "/v1/displacements")
    output = Output(as_json=as_json)
    if as_json:
        output.json(answer["displacements"])
    else:
        click.echo(standings_table(answer["displacements"]))
    if answer["trouble"]:
        output.say(f"the last step failed: {answer['trouble']}")
