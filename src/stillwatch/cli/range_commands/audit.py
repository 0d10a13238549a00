"""Say how easy a world is for those who look at one thing only."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import current_settings, json_option, quiet_option
from stillwatch.cli.output import Output
from stillwatch.errors import ExitCode

if TYPE_CHECKING:
    from stillwatch.range.audit import Audit
    from stillwatch.range.audit.overlap import Overlap

_JSON = "audit.json"


@dataclasses.dataclass(frozen=True, slots=True)
class _Wanted:
    """Which worlds are made."""

    seed: int
    accounts: int | None
    split: str
    between: bool


@click.command(
    epilog="\b\nExamples:\n  stillwatch range audit --world adaptive --strict\n"
    "  stillwatch range audit --world adaptive --accounts 2000 --between-splits\n"
    "  stillwatch range audit --world DIR --json"
)
@click.option("--world", "names", multiple=True, metavar="NAME|DIR", help="A world, or a folder made before.")
@click.option("--all", "every", is_flag=True, help="Every world there is.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the worlds that are made.")
@click.option("--accounts", type=int, help="How many accounts; the world's usual number unless given.")
@click.option(
    "--split", default="train", show_default=True, metavar="NAME", help="train, validation or frozen."
)
@click.option("--between-splits", "between", is_flag=True, help="Also compare the wording of the splits.")
@click.option("--strict", is_flag=True, help="Exit with 1 if a feature lies outside the wanted band.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for audit.json.")
@quiet_option
@json_option
def command(
    names: tuple[str, ...],
    every: bool,
    seed: int,
    accounts: int | None,
    split: str,
    between: bool,
    strict: bool,
    out: Path | None,
    quiet: bool,
    as_json: bool,
) -> ExitCode:
    """Say how easy a world is for those who look at one thing only.

    For each field and each simple feature: how well it alone tells attack accounts from honest ones (AUROC;
    0.40 to 0.75 is wanted for adaptive worlds), and which campaigns one threshold on it solves. With
    --between-splits also how much of the campaigns' wording one split shares with another.
    """
    if every == bool(names):
        raise click.UsageError("name worlds with --world, or all of them with --all")
    on_interrupt("nothing was kept; the same command begins again")
    output = Output(as_json=as_json, quiet=quiet)

    from stillwatch.range.audit import words  # deferred: help must not wait for DuckDB
    from stillwatch.range.splits import check_split
    from stillwatch.range.worlds import worlds

    check_split(split)
    found = []
    for audit in _audits(
        list(worlds()) if every else list(names), _Wanted(seed, accounts, split, between), output
    ):
        if not as_json:
            click.echo("\n".join(words.lines(audit)))
        found.append(audit)
    if len(found) > 1 and not as_json:
        click.echo("\n".join(("", *words.table(found))))
    value = {"audits": [audit.as_json() for audit in found]} if len(found) > 1 else found[0].as_json()
    if out is not None:
        output.path(_written(value, out))
    if as_json:
        output.json(value)
    return ExitCode.FOUND if strict and any(audit.outside for audit in found) else ExitCode.DONE


def _audits(names: list[str], wanted: _Wanted, output: Output) -> Iterator[Audit]:
    """One audit a world; a world that is only a name is made for it and thrown away."""
    from stillwatch.cli.range_commands.make import write
    from stillwatch.range.audit import audit
    from stillwatch.range.world import make_world

    settings = current_settings()
    for name in names:
        with ExitStack() as stack:
            folder = Path(name)
            made = not folder.is_dir()
            if made:
                world = make_world(name, wanted.seed, wanted.accounts, split=wanted.split)
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stillwatch-")))
                write(world, folder, "canonical", f"writing {name}", quiet=output.quiet)
                del world
            found = audit(folder, threads=settings.threads, memory_gib=settings.memory_gib)
        if wanted.between and made:
            found = dataclasses.replace(found, overlaps=_overlaps(name, wanted))
        elif wanted.between:
            output.say("a folder holds one split only; name the world to compare splits")
        yield found


def _overlaps(name: str, wanted: _Wanted) -> tuple[Overlap, ...]:
    """What the splits of a world share."""
    from stillwatch.range.audit.overlap import overlaps, samples
    from stillwatch.range.splits import SPLITS
    from stillwatch.range.world import make_world

    return overlaps(
        {each: samples(make_world(name, wanted.seed, wanted.accounts, split=each)) for each in SPLITS}
    )


def _written(value: object, out: Path) -> Path:
    import orjson

    out.mkdir(parents=True, exist_ok=True)
    part = out / f".{_JSON}.{os.getpid()}"
    part.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return part.replace(out / _JSON)
