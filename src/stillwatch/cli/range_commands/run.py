"""Run Stillwatch and the baselines on a world and compare them in one table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output, table

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command(
    epilog="\b\nExample:\n  stillwatch range run --world standard --seed 11 --against all --out run\n"
    "  stillwatch range run --world demo --accounts 600 --against seat,fraudar --out run"
)
@click.option("--world", default="standard", show_default=True, metavar="NAME", help="Which world.")
@click.option(
    "--split", default="validation", show_default=True, metavar="NAME", help="train, validation or frozen."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same world.")
@click.option("--accounts", type=int, help="How many accounts; the world's usual number unless given.")
@click.option(
    "--against",
    default="all",
    show_default=True,
    metavar="all|none|NAME,…",
    help="Baselines to run beside Stillwatch.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder to work in."
)
@click.option("--no-history", is_flag=True, help="Give nobody the days before the world.")
@click.option(
    "--frozen-reason", metavar="TEXT", help="Why the frozen split is judged on; logged with the figures."
)
@quiet_option
@json_option
def command(
    world: str,
    split: str,
    seed: int,
    accounts: int | None,
    against: str,
    out: Path,
    no_history: bool,
    frozen_reason: str | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Run Stillwatch and the baselines on a world and compare them in one table.

    A world that lies in DIR already is used again, if the same command and code made it. Each contender runs
    in a process of its own. Baselines use the knobs and thresholds that `range tune` chose. A run on the
    frozen split needs a reason and is logged.
    """
    from stillwatch.range.baselines import chosen  # deferred: help must not wait for compiled code
    from stillwatch.range.runs.competition import compete
    from stillwatch.range.runs.request import Request

    output = Output(as_json=as_json, quiet=quiet)
    on_interrupt(f"{out} is unfinished; the same command goes on with the worlds that are made")
    request = Request(world, split, seed, accounts, not no_history)
    names = [name.strip() for name in against.split(",") if name.strip()]
    outcome = compete(request, chosen(names), out, frozen_reason=frozen_reason, say=output.say)
    figures = outcome.figures()
    if as_json:
        output.json(figures)
    else:
        click.echo(comparison_table(figures))
    for path in outcome.files:
        output.path(path)


def comparison_table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """One line a contender."""
    head = ("name", "precision", "recall", "FPR (95 % upper)", "campaigns found", "leaked, median", "seconds")
    rows = [
        (
            name,
            _percent(each["precision"]),
            _percent(each["recall"]),
            f"{_percent(each['fpr'], 3)} ({_percent(each['fpr_upper'], 3)})",
            _percent(each["campaigns_half"]),
            "–" if each["leaked_median"] is None else f"{each['leaked_median']:,.0f}",
            f"{each['wall_seconds']:.1f}",
        )
        for name, each in figures.items()
    ]
    return table(head, rows)


def _percent(share: float | None, digits: int = 1) -> str:
    return "–" if share is None else f"{100 * share:.{digits}f} %"
