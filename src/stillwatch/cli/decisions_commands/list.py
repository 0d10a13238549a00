"""List the decisions in force: action, about whom, how long still, from where, by whom and why."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.decisions_options import desk, desk_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch decisions list --rule block-attack")
@click.option("--rule", metavar="RULE", help="Only those of a rule.")
@click.option("--campaign", metavar="CAMPAIGN", help="Only those about a campaign's accounts.")
@click.option("--action", metavar="ACTION", help="Only those of an action.")
@click.option("--mode", type=click.Choice(["shadow", "enforce"]), help="Only simulated, or only acting ones.")
@click.option("--limit", type=int, default=100, show_default=True, metavar="N", help="How many at most.")
@desk_options
@json_option
def command(
    rule: str | None,
    campaign: str | None,
    action: str | None,
    mode: str | None,
    limit: int,
    folder: Path,
    node: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """List the decisions in force, the newest first."""
    from stillwatch.cli import decisions_view  # deferred: help must not wait for the database

    wanted = {"rule": rule, "campaign_id": campaign, "action": action, "mode": mode}
    found = [
        each
        for each in desk(folder, node, token_file).active()
        if all(value in (None, getattr(each, name)) for name, value in wanted.items())
    ]
    output = Output(as_json=as_json)
    if as_json:
        output.json(decisions_view.as_json(found[:limit]))
    else:
        click.echo(decisions_view.decisions_table(found[:limit]))
    if len(found) > limit:
        output.say(f"{len(found) - limit:,} more; raise --limit to see them")
