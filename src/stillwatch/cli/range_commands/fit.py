"""Fit what the detectors' figures weigh to worlds of the training split."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import config_option, current_settings, json_option, quiet_option
from stillwatch.cli.output import Output
from stillwatch.detection.weighing.kinds import KINDS

LESSONS: Final = (
    ("standard", 1001, 3000, False),
    ("standard", 1002, 3000, False),
    ("standard", 1003, 5000, False),
    ("standard", 1004, 3000, False),
    ("standard", 1005, 12000, False),
    ("adaptive", 1011, 3000, False),
    ("adaptive", 1012, 3000, False),
    ("new-communities", 1021, 3000, False),
    ("new-communities", 1022, 4000, False),
    ("benign", 1031, 4000, False),
    ("benign", 1032, 4000, False),
)
_VARIED: Final = "varied"


@click.command(epilog="\b\nExample:\n  stillwatch range fit --out fitting")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="Folder to work in; candidates made by the same source are used again.",
)
@click.option(
    "--lesson",
    "lessons",
    multiple=True,
    metavar="WORLD:SEED:ACCOUNTS[:varied]",
    help="A training world; the usual ones unless given. With :varied its campaigns' knobs are drawn at random. May be "
    "given again.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(KINDS),
    help="Kind of candidates to fit, all unless given; others keep the package's scales. May be given again.",
)
@click.option(
    "--write",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write the scales; the package's own file unless given.",
)
@quiet_option
@json_option
@config_option
def command(
    out: Path,
    lessons: tuple[str, ...],
    kinds: tuple[str, ...],
    target: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Fit what the detectors' figures weigh to worlds of the training split.

    Every world is linked and measured with its earlier traffic and without; one with varied campaigns teaches about
    crews with earlier traffic only. Validation and frozen worlds cannot be named: the fit makes its own.
    """
    from stillwatch.range.fitting.fitting import OWN_FILE, fit_to  # deferred: help must not wait

    output = Output(as_json=as_json, quiet=quiet)
    on_interrupt("the scales are as they were before; the same command goes on with what is measured")
    chosen = [_lesson(text) for text in lessons] or list(LESSONS)
    told = fit_to(
        chosen,
        out,
        target or OWN_FILE,
        threads=current_settings().threads,
        say=output.say,
        kinds=kinds or KINDS,
    )
    if as_json:
        output.json(told)
    output.path(target or OWN_FILE)


def _lesson(text: str) -> tuple[str, int, int, bool]:
    """A lesson from the words of the command line."""
    parts = text.split(":")
    varied = parts[3:] == [_VARIED]
    if len(parts) != 3 + varied or not (parts[1].isdigit() and parts[2].isdigit()):
        raise click.BadParameter(
            f"'{text}' is not WORLD:SEED:ACCOUNTS or WORLD:SEED:ACCOUNTS:{_VARIED}, for example standard:1001:3000"
        )
    return parts[0], int(parts[1]), int(parts[2]), varied
