"""Fill a lab with three days of work, and serve the console on it."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import config_option, current_settings, quiet_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch demo console --out sample --port 8470")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("stillwatch-sample"),
    show_default=True,
    metavar="DIR",
    help="Folder for the sample; one that is filled already is used again.",
)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8470, show_default=True, help="Where to answer."
)
@click.option(
    "--serve/--no-serve", default=True, help="Whether to serve the console, or only fill the folder."
)
@quiet_option
@config_option
def command(out: Path, port: int, serve: bool, quiet: bool) -> None:
    """Fill a lab with three days of work: traffic, campaigns, cases, decisions, appeals; then serve the console on it.

    Everything in it was made by the programs themselves, from an invented site. Each person's token is printed: log in
    as analyst-1 to work on cases, as reviewer-1 to answer appeals and approve, as counsel-1 for what may leave.
    """
    import asyncio  # deferred: help must not wait for compiled code

    from stillwatch import clock
    from stillwatch.cli.sample_lab.build import build, found
    from stillwatch.console.options import Options
    from stillwatch.console.server import serve as run

    output, settings = Output(quiet=quiet), current_settings()
    lab = found(out) or build(out, settings, clock.now(), output.say)
    output.path(lab.node)
    for name, file in lab.tokens.items():
        output.say(f"  {name:16} {file.read_text(encoding='ascii').strip()}")
    if not serve:
        return
    options = Options(
        folder=lab.node,
        port=port,
        cases=str(lab.node / "cases.sqlite"),
        ledger_key=lab.ledger_key,
        findings=lab.findings,
        policy=lab.policy,
        intel=str(lab.intel),
        logs=(str(lab.logs),),
    )

    def ready(_live: object) -> None:
        output.say(f"open http://127.0.0.1:{port} and log in with one of these tokens; Ctrl-C ends it")

    asyncio.run(run(options, settings, on_ready=ready))
