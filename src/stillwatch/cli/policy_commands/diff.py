"""Say what differs between two policies, rule by rule."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch policy diff policy.yaml new.yaml")
@click.argument("old", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("new", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def command(old: Path, new: Path, as_json: bool) -> None:
    """Say what differs between two policies, rule by rule.

    Order, comments and layout do not count. `stillwatch policy backtest` shows what the difference does.
    """
    from stillwatch.enforcement.policy import Policy  # deferred: help must not wait for CEL
    from stillwatch.enforcement.policy_diff import differences

    found = differences(Policy.load(old), Policy.load(new))
    if as_json:
        Output(as_json=True).json([dataclasses.asdict(each) for each in found])
        return
    for each in found:
        click.echo(f"{each.where}{': ' + each.what if each.what else ''}")
        if each.before:
            click.echo(f"  - {each.before}")
        if each.after:
            click.echo(f"  + {each.after}")
    if not found:
        click.echo("the two say the same")
