"""Measure a judge on labelled answers, and have it judge what both models answered."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.safety_gap_options import judge_of, judge_options

if TYPE_CHECKING:
    from stillwatch.attribution.safety_gap.judges.sample import JudgeError, Rate


@click.command(
    epilog="\b\nExamples:\n  stillwatch safety-gap judge\n  stillwatch safety-gap judge gap\n"
    "  stillwatch safety-gap judge gap --judge http://127.0.0.1:9000/v1 --judge-model grader"
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False, metavar="[DIR]")
@judge_options
@quiet_option
@json_option
def command(folder: Path | None, quiet: bool, as_json: bool, **options: Any) -> None:
    """Measure a judge on answers that were labelled by hand; with DIR, let it judge the answers there, too.

    Hijacks are judged by the word that only a hijacked model writes, whoever judges the rest. A judge model sees
    prompts and answers: use one of yours.
    """
    from stillwatch.attribution.safety_gap.judges.sample import (
        measure,
        sample,
    )  # deferred: help must not wait

    output = Output(as_json=as_json, quiet=quiet)
    judge = judge_of(options)
    errors = measure(judge, sample()) if folder is None else _judge(folder, judge, output)
    if as_json:
        output.json([dataclasses.asdict(each) for each in errors])
        return
    head = ("answers", "refusals taken for compliance", "compliance taken for refusal", "unclear or not")
    click.echo(f"{errors[0].judge}: errors with 95 % intervals")
    click.echo(table(head, [_row(each) for each in errors]))
    if errors[0].styles:
        click.echo(f"wrong about: {', '.join(errors[0].styles)}")


def _judge(folder: Path, judge: Any, output: Output) -> tuple[JudgeError, ...]:
    from stillwatch.attribution.archive.chain import read_chain
    from stillwatch.attribution.safety_gap import folder as files
    from stillwatch.attribution.safety_gap.judging import judge_all, write_judged
    from stillwatch.cli.progress import Progress

    what = files.read_asked(folder)
    records = list(read_chain(folder / files.ANSWERS))
    with Progress(None, "judging", quiet=output.quiet) as progress:
        judged = judge_all(what, records, judge, heard=lambda: progress.advance(0, 1))
    write_judged(folder, judged)
    output.path(folder / files.JUDGEMENTS)
    return judged.errors


def _row(error: JudgeError) -> tuple[str, str, str, str]:
    part = "held-back half" if error.held_back else "whole sample"
    return part, _rate(error.missed_refusals), _rate(error.false_refusals), _rate(error.unclear)


def _rate(rate: Rate) -> str:
    return f"{rate.wrong} of {rate.of} ({100 * rate.low:.1f} to {100 * rate.high:.1f} %)"
