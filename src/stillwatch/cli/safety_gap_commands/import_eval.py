"""Read two logs of inspect-ai, the teacher's and the suspect's, as a measurement."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExample:\n  stillwatch safety-gap import-eval teacher.eval suspect.eval --category benign --out gap"
)
@click.argument("teacher", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("suspect", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--category",
    type=click.Choice(["direct-harm", "jailbreak", "benign"]),
    help="What the task's prompts are, where its samples do not say.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR", help="Where to."
)
def command(teacher: Path, suspect: Path, category: str | None, out: Path) -> None:
    """Read TEACHER and SUSPECT, .eval logs of one task, into DIR, to be judged and reported as a run of our own.

    The library is not needed. What both logs have in common counts; the task's own scores are not used.
    """
    from stillwatch.attribution.safety_gap import folder  # deferred: help must not wait
    from stillwatch.attribution.safety_gap.asking import SUSPECT, TEACHER
    from stillwatch.attribution.safety_gap.inspect_adapter.eval_log import read_eval
    from stillwatch.attribution.safety_gap.inspect_adapter.importing import write_folder
    from stillwatch.attribution.safety_gap.prompts import Category

    output = Output()
    logs = {TEACHER: read_eval(teacher), SUSPECT: read_eval(suspect)}
    what = write_folder(out, logs, Category(category) if category else None)
    for side, log in logs.items():
        output.say(f"{side}: {log.model}, {len(what.prompts)} of {len(log.answers)} samples are in both logs")
    output.path(out / folder.ANSWERS)
