"""Attack the detector as somebody would who has read its documentation, and say what it costs."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import config_option, current_settings, json_option, quiet_option
from stillwatch.cli.output import Output, table

if TYPE_CHECKING:
    from stillwatch.range.adaptive.arena import Trial


@click.command(
    epilog="\b\nExample:\n  stillwatch range attack --family reasoning_elicitation --accounts 80 --leak 4000"
)
@click.option(
    "--family", default="reasoning_elicitation", show_default=True, metavar="NAME", help="What is harvested."
)
@click.option("--accounts", type=int, default=80, show_default=True, help="Accounts of the naive attack.")
@click.option("--leak", type=int, default=4000, show_default=True, help="Unique answers wanted.")
@click.option(
    "--budget",
    type=float,
    default=20.0,
    show_default=True,
    metavar="MULTIPLE",
    help="Most that may be paid, as a multiple of what the naive attack costs.",
)
@click.option("--trials", type=int, default=24, show_default=True, help="Most attacks to try.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, other people.")
@click.option(
    "--people", type=int, default=1500, show_default=True, help="Honest accounts around the attack."
)
@click.option(
    "--move",
    "given",
    multiple=True,
    metavar="NAME",
    help="Make these moves, in this order, and search no others.",
)
@quiet_option
@json_option
@config_option
def command(
    family: str,
    accounts: int,
    leak: int,
    budget: float,
    trials: int,
    seed: int,
    people: int,
    given: tuple[str, ...],
    quiet: bool,
    as_json: bool,
) -> None:
    """Attack the detector as somebody would who has read its documentation, and say what it costs.

    A campaign wants a number of answers from a small site with history. It makes the moves that the detectors' pages
    name under "Evaded by", the cheapest first, keeps what lowers recall, and stops when hardly any of its accounts
    is found. Printed are the moves, the recall after each, what leaked before the alarm, and the multiple of the naive
    attack's cost.
    """
    from stillwatch.range.adaptive.attack import naive  # deferred: help must not wait for compiled code
    from stillwatch.range.adaptive.moves import move_named
    from stillwatch.range.adaptive.search import check_limits, described, follow, search
    from stillwatch.range.live.prices import Prices

    output = Output(as_json=as_json, quiet=quiet)
    start, prices = naive(family, accounts, leak), Prices()
    check_limits(budget, trials)
    for name in given:
        move_named(name)
    on_interrupt("nothing was written; the same command begins again")
    settings = current_settings()
    # Twelve hours between looks instead of six: a trial takes half as long, an alarm comes a little later.
    settings = dataclasses.replace(settings, checkpoint_hours=max(12.0, settings.checkpoint_hours))
    from stillwatch.range.adaptive.arena import PEOPLE, TRAFFIC, Arena

    with tempfile.TemporaryDirectory(prefix="stillwatch-attack-") as folder:
        output.say("making honest people and their history")
        traffic = max(1000, round(TRAFFIC * people / PEOPLE))
        arena = Arena(Path(folder), settings, seed, start.split, people=people, traffic=traffic)

        def told(trial: Trial, kept: bool) -> None:
            moves = " + ".join(trial.attack.moves) or "naive"
            output.say(f"recall {trial.recall:4.0%}  {'kept' if kept else 'no use':6}  {moves}")

        if given:
            path = follow(arena, start, given, on_trial=told)
        else:
            path = search(arena, start, prices, budget=budget, trials=trials, on_trial=told)
    figures = {"seed": seed, "accounts": accounts, "leak": leak, **described(path, prices)}
    if as_json:
        output.json(figures)
    else:
        click.echo("\n".join(lines(figures)))


def lines(figures: dict[str, Any]) -> list[str]:
    """The path for a person."""
    head = ("move", "recall", "decibans", "before alarm", "leaked", "cost", "accounts", "queries", "time")
    rows = [
        (
            step["move"] or "(naive)",
            f"{step['recall']:.0%}",
            "-" if step["evidence_decibans"] is None else f"{step['evidence_decibans']:.0f}",
            f"{step['leaked_before_alarm']:,}",
            f"{step['leaked']:,}",
            f"{step['cost_multiple']['total']:.2f} ×",
            f"{step['cost_multiple']['accounts']:.2f} ×",
            f"{step['cost_multiple']['queries']:.2f} ×",
            f"{step['cost_multiple']['time']:.2f} ×",
        )
        for step in figures["steps"]
    ]
    halved = figures["cost_multiple_to_halve_recall"]
    end = (
        f"recall was not halved within {figures['trials']} trials"
        if halved is None
        else f"recall is halved at {halved:.2f} times the naive attack's cost ({figures['trials']} trials)"
    )
    return [table(head, rows), "", end]
