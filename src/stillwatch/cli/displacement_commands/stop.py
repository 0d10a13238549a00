"""Stop a displacement test and let everybody go."""

from __future__ import annotations

import urllib.parse
from pathlib import Path

import click

from stillwatch.cli.decisions_options import by_option
from stillwatch.cli.displacement_options import node_options


@click.command(
    epilog="\b\nExample:\n  stillwatch displacement stop displacement-camp-3f9a-1767225600 "
    '--reason "a customer called"'
)
@click.argument("name", metavar="ID")
@click.option("--reason", metavar="WORDS", help="Why, in a sentence; no prompt text.")
@by_option
@node_options
def command(name: str, reason: str | None, by: str, node: str, token_file: Path | None) -> None:
    """Stop a displacement test and let everybody go.

    What was measured until then stays in the ledger, and the secret of its coins is told there.
    """
    from stillwatch.cli.displacement_view import (
        standings_table,
    )  # deferred: help must not wait for the HTTP client
    from stillwatch.node.remote_node import RemoteNode

    body = {"reason": reason} if reason else {}
    if token_file is None:
        body["by"] = by
    path = f"/v1/displacements/{urllib.parse.quote(name, safe='')}/stop"
    click.echo(standings_table([RemoteNode(node, token_file).call("POST", path, body)["displacement"]]))
