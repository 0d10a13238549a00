"""Ask teacher and suspect the same prompts, and keep every answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stillwatch.cli.options import quiet_option
from stillwatch.cli.output import Output
from stillwatch.cli.safety_gap_options import client_of, model_options


@click.command(
    epilog="\b\nExample:\n  stillwatch safety-gap run --teacher http://127.0.0.1:8000/v1 --teacher-model large "
    "--suspect https://models.example.com/v1 --suspect-model small --suspect-key-env SUSPECT_KEY --out gap"
)
@model_options("teacher", "the teacher")
@model_options("suspect", "the suspect")
@click.option(
    "--set",
    "sets",
    multiple=True,
    default=("project",),
    show_default=True,
    metavar="NAME[=PATH]",
    help="Prompts; may be given several times. The command `sets` lists them.",
)
@click.option(
    "--samples", type=click.IntRange(1, 25), default=1, show_default=True, help="Answers to each prompt."
)
@click.option(
    "--temperature", type=click.FloatRange(0, 2), default=0.0, show_default=True, help="Of sampling."
)
@click.option("--max-tokens", type=click.IntRange(16), default=512, show_default=True, help="Of an answer.")
@click.option(
    "--most-requests", type=click.IntRange(0), default=0, help="The most to each model; 0 for no limit."
)
@click.option(
    "--parallel", type=click.IntRange(1, 64), default=4, show_default=True, help="Questions at a time."
)
@click.option(
    "--timeout", type=click.FloatRange(1), default=60.0, show_default=True, help="Seconds for an answer."
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR", help="Where to."
)
@quiet_option
def command(
    sets: tuple[str, ...],
    samples: int,
    temperature: float,
    max_tokens: int,
    most_requests: int,
    parallel: int,
    timeout: float,
    out: Path,
    quiet: bool,
    **options: Any,
) -> None:
    """Ask both models every prompt and archive the answers in DIR.

    Run it again to go on where it stopped: what is answered is never asked again. Keys are read from a variable or a
    file and are not kept. Then judge: stillwatch safety-gap judge DIR.
    """
    from stillwatch.attribution.archive.chain import Chain  # deferred: help must not wait
    from stillwatch.attribution.archive.records import RecordKind
    from stillwatch.attribution.safety_gap import folder
    from stillwatch.attribution.safety_gap.asking import SIDES, ask_both
    from stillwatch.attribution.safety_gap.sets.registry import read_sets
    from stillwatch.cli.progress import Progress

    output = Output(quiet=quiet)
    what = folder.asked(read_sets(sets), sets, samples)
    clients = {
        side: client_of(side, options, parallel=parallel, timeout_s=timeout, most=most_requests)
        for side in SIDES
    }
    folder.write_asked(out, what)
    with Chain(out / folder.ANSWERS) as chain, Progress(None, "asking", quiet=quiet) as progress:
        ask_both(
            what,
            clients,
            chain,
            temperature=temperature,
            max_tokens=max_tokens,
            heard=lambda: progress.advance(0, 1),
        )
        records = list(chain.records)
    for record in records:
        if record.kind is RecordKind.CHANGED:
            output.say(f"warning: the {record.model} became another model midway and is asked no further")
    for side in SIDES:
        count = sum(each.kind is RecordKind.ANSWER and each.model == side for each in records)
        output.say(f"{side}: {count} of {len(what.prompts) * samples} answered")
    output.path(out / folder.ANSWERS)
