"""Choose the baselines' knobs and thresholds on a validation world."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch range tune --world standard --seed 101 --out tuning")
@click.option("--world", default="standard", show_default=True, metavar="NAME", help="Which world.")
@click.option("--split", default="validation", show_default=True, metavar="NAME", help="train or validation.")
@click.option("--seed", type=int, default=1, show_default=True, help="Choose one that is not reported on.")
@click.option("--accounts", type=int, help="How many accounts; the world's usual number unless given.")
@click.option("--only", default="all", show_default=True, metavar="NAME,…", help="Baselines to tune.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder to work in."
)
@click.option(
    "--write",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write the settings; the package's own file unless given.",
)
@quiet_option
@json_option
def command(
    world: str,
    split: str,
    seed: int,
    accounts: int | None,
    only: str,
    out: Path,
    target: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Choose the baselines' knobs and thresholds on a validation world.

    Every setting of a baseline's grid is tried. Kept is the one with the highest recall at a precision of at
    least 95 %, or with the highest F1 where none reaches that. The frozen split is refused.
    """
    from stillwatch.range.baselines import chosen  # deferred: help must not wait for compiled code
    from stillwatch.range.runs.request import Request
    from stillwatch.range.runs.tuned import TUNED
    from stillwatch.range.runs.tuning import tune

    output = Output(as_json=as_json, quiet=quiet)
    on_interrupt(
        "the settings are as they were before; the same command goes on with the worlds that are made"
    )
    names = [name.strip() for name in only.split(",") if name.strip()]
    request = Request(world, split, seed, accounts)
    settings = tune(request, chosen(names), out, target or TUNED, say=output.say)
    if as_json:
        output.json({name: dataclasses.asdict(setting) for name, setting in settings.items()})
    output.path(target or TUNED)
