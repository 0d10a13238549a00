"""Begin a displacement test of a campaign that is on watch."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.decisions_options import by_option
from stillwatch.cli.displacement_options import node_options
from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExample:\n  stillwatch displacement begin camp-3f9a --by analyst-1 "
    '--reason "on watch since Monday"'
)
@click.argument("campaign")
@click.option("--reason", metavar="WORDS", help="Why, in a sentence; no prompt text.")
@by_option
@node_options
def command(campaign: str, reason: str | None, by: str, node: str, token_file: Path | None) -> None:
    """Begin a displacement test of a campaign that is on watch.

    Every half minute a coin decides for each account of a small panel whether it is slowed for that half minute.
    Essential, verified and exempt accounts never are, nobody for more than two hours in all. With tokens, the
    token's name answers for it.
    """
    from stillwatch.cli.displacement_view import (
        standings_table,
    )  # deferred: help must not wait for the HTTP client
    from stillwatch.node.remote_node import RemoteNode

    body = {"campaign_id": campaign} | ({"reason": reason} if reason else {})
    if token_file is None:
        body["by"] = by
    begun = RemoteNode(node, token_file).call("POST", "/v1/displacements", body)["displacement"]
    click.echo(standings_table([begun]))
    if begun["state"] == "not_possible":
        Output().say("not possible: nobody may be slowed, or too few accounts are of different organisations")
