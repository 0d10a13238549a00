"""Show every assumption of the loss estimate with its source, and what is wrong with any."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table

if TYPE_CHECKING:
    from stillwatch.attribution.loss.assumptions import Assumption


@click.command(
    epilog="\b\nExamples:\n  stillwatch loss assumptions\n  stillwatch loss assumptions ours.toml\n"
    "  stillwatch loss assumptions --template > ours.toml"
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False)
@click.option("--template", is_flag=True, help="Print the shipped file, to change it.")
@json_option
def command(file: Path | None, template: bool, as_json: bool) -> None:
    """Show every assumption; with FILE, with your numbers in place. What is unsourced, old or out of range is named."""
    from stillwatch import clock  # deferred: help must not wait
    from stillwatch.attribution.loss.assumptions import notices, read, shipped_text

    output = Output(as_json=as_json)
    if template:
        click.echo(shipped_text(), nl=False)
        return
    found = read(file)
    remarks = notices(found, clock.now().date())
    if as_json:
        listed = [dataclasses.asdict(each) for each in found.values()]
        output.json({"assumptions": listed, "notices": [dataclasses.asdict(each) for each in remarks]})
        return
    head = ("assumption", "low", "likely", "high", "unit", "as of", "whose", "source")
    click.echo(table(head, [_row(each) for each in found.values()]))
    for each in remarks:
        output.say(f"{each.name}: {each.sentence}")


def _row(each: Assumption) -> tuple[object, ...]:
    from stillwatch.reporting.loss_report.figures import plain

    numbers = ("–" if value is None else plain(value) for value in (each.low, each.likely, each.high))
    whose = "yours" if each.own else "shipped"
    return (each.name, *numbers, each.unit, each.as_of, whose, each.source or "unsourced")
