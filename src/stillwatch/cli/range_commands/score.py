"""Score verdicts against the truth of a made world."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output, table

if TYPE_CHECKING:
    from stillwatch.range.score import Comparison

_JSON = "score.json"
_PAGE = "score.html"


@click.command(
    epilog="\b\nExamples:\n  stillwatch range score findings world --out score\n"
    "  stillwatch range score new=findings old=earlier/verdicts.jsonl world"
)
@click.argument("verdicts", nargs=-1, required=True, metavar="[NAME=]VERDICTS...")
@click.argument("truth", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for score.json and score.html."
)
@quiet_option
@json_option
def command(verdicts: tuple[str, ...], truth: Path, out: Path | None, quiet: bool, as_json: bool) -> None:
    """Score verdicts against the truth of a made world.

    VERDICTS is a folder that detect wrote, or a verdicts.jsonl (.gz) of any detector; several are shown
    side by side. TRUTH is the folder that range make wrote, or its truth.csv.
    """
    runs = _named(verdicts)
    output = Output(as_json=as_json, quiet=quiet)

    from stillwatch.range.score import compare  # deferred: help must not wait for numpy

    comparison = compare(runs, truth)
    _warn(comparison, output)
    if not as_json:
        click.echo(_told(comparison))
    value = _value(comparison)
    if out is not None:
        for path in _write(comparison, value, out):
            output.path(path)
    if as_json:
        output.json(value)


def _named(verdicts: tuple[str, ...]) -> dict[str, Path]:
    """The runs by name: what stands before ``=``, otherwise the last part of the path."""
    runs: dict[str, Path] = {}
    for word in verdicts:
        name, equals, rest = word.partition("=")
        path = Path(rest if equals and not Path(word).exists() else word)
        name = name if equals and path == Path(rest) else path.name or str(path)
        if name in runs:
            raise click.UsageError(f"two runs are called {name}; tell them apart with NAME=VERDICTS")
        runs[name] = path
    return runs


def _value(comparison: Comparison) -> object:
    """What ``score.json`` holds: one run's figures, or several by name."""
    if len(comparison.scores) == 1:
        return next(iter(comparison.scores.values())).as_json()
    return comparison.as_json()


def _warn(comparison: Comparison, output: Output) -> None:
    for name, score in comparison.scores.items():
        for warning in score.warnings:
            output.say(f"warning: {name}: {warning}")


def _told(comparison: Comparison) -> str:
    """The figures of one run, or a table of several."""
    from stillwatch.range.score import words

    if len(comparison.scores) == 1:
        return "\n".join(words.lines(next(iter(comparison.scores.values()))))
    heads, rows = words.table_rows(comparison)
    return table(heads, rows)


def _write(comparison: Comparison, value: object, out: Path) -> list[Path]:
    """Both files, each put in place only when it is whole."""
    import orjson

    from stillwatch.range.score.page import render_score

    out.mkdir(parents=True, exist_ok=True)
    contents = {
        _PAGE: render_score(comparison).encode(),
        _JSON: orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE),
    }
    for name, data in contents.items():
        part = out / f".{name}.part"
        part.write_bytes(data)
        part.replace(out / name)
    return [out / name for name in contents]
