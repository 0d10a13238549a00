"""Play the whole loop: two labs, a hub, an attacker, an appeal, a notification, a copy that is traced back."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch demo full --out story")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("stillwatch-demo-full"),
    show_default=True,
    metavar="DIR",
    help="Folder for everybody's folders; it must be new or empty.",
)
@click.option("--seed", type=int, default=11, show_default=True, help="Another seed, another world.")
@click.option("--accounts", type=int, default=400, show_default=True, help="Customers of each lab.")
@quiet_option
@json_option
def command(out: Path, seed: int, accounts: int, quiet: bool, as_json: bool) -> None:
    """Play the whole loop on this machine.

    An attacker works off one recipe, first at lab A, then, with other accounts, at lab B. Lab A finds it, people
    decide and block at a gateway, and what two people approved goes through the antitrust gate to a hub. Lab B,
    warned, is compared with itself unwarned. An account holder appeals and is let through again; a government is
    notified. A model turns up: whether it is a copy, what it took, what it no longer refuses, what it cost. Every
    command that is shown is run, every figure is measured while you watch. The outcome stands in DIR/story.json.
    """
    from stillwatch.cli.demo_commands.story.playing import play

    output = Output(as_json=as_json, quiet=quiet)
    on_interrupt(f"what there is so far is in {out}")
    figures = play(out, seed, accounts, output)
    if as_json:
        output.json(figures)
    else:
        output.path(out / "story.json")
