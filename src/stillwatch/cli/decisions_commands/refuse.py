"""Turn down what waits for a second person: nothing of it is decided."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.decisions_options import by_option, desk, desk_options, reason_option
from stillwatch.cli.output import Output


@click.command(
    epilog='\b\nExample:\n  stillwatch decisions refuse pro-01kb6m --by reviewer-1 --reason "seen the case"'
)
@click.argument("proposal")
@reason_option
@by_option
@desk_options
def command(
    proposal: str, reason: str, by: str, folder: Path, node: str | None, token_file: Path | None
) -> None:
    """Turn down what waits for a second person: nothing of it is decided."""
    at = desk(folder, node, token_file, change=True)
    try:
        at.refuse(proposal, by=by, reason=reason)
    finally:
        at.close()
    Output().say("nothing was decided")
