"""Agree, as a second person, to what waits: its decisions are taken now."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.decisions_options import by_option, desk, desk_options, reason_option
from stillwatch.cli.output import Output


@click.command(
    epilog='\b\nExample:\n  stillwatch decisions approve pro-01kb6m --by reviewer-1 --reason "seen the case"'
)
@click.argument("proposal")
@reason_option
@by_option
@desk_options
def command(
    proposal: str, reason: str, by: str, folder: Path, node: str | None, token_file: Path | None
) -> None:
    """Agree, as a second person, to what waits: its decisions are taken now."""
    at = desk(folder, node, token_file, change=True)
    try:
        taken = at.approve(proposal, by=by, reason=reason)
    finally:
        at.close()
    Output().say(f"{len(taken):,} decided")
