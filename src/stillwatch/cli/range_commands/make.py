"""Write a world's logs and the truth about them."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output
from stillwatch.cli.progress import Progress

if TYPE_CHECKING:
    from stillwatch.range.world import World
    from stillwatch.range.writing import Written

_EPILOG = """\b
Examples:
  stillwatch range make --world demo --seed 7 --format litellm --out world
  stillwatch range make --world benign --accounts 3000 --out mine \\
    --campaign coding_tasks@mimicry:accounts=60,dilution=0.9
  stillwatch range list --kind knobs
"""


@click.command(epilog=_EPILOG)
@click.option("--world", "name", default="demo", show_default=True, metavar="NAME", help="Which world.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option(
    "--split",
    default="train",
    show_default=True,
    metavar="NAME",
    help="Whose families, tactics and wording: train, validation or frozen.",
)
@click.option("--accounts", type=int, help="How many accounts; the world's usual number unless given.")
@click.option("--exchanges", type=int, help="How many exchanges; the world's usual number unless given.")
@click.option(
    "--campaign",
    "campaigns",
    multiple=True,
    metavar="FAMILY[@TACTIC][:KNOB=VALUE,...]",
    help="Run this campaign instead of the world's own; may be repeated.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="[camp-NN.]KNOB=VALUE",
    help="Turn a knob of every campaign, or of one; may be repeated.",
)
@click.option(
    "--begin",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First day of the world, in UTC; 2026-03-02 unless given.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder with real prompts, arrivals and token sizes to use where they fit.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder to write to."
)
@click.option(
    "--format", "format_", default="canonical", show_default=True, metavar="NAME", help="Log format."
)
@quiet_option
@json_option
def command(
    name: str,
    seed: int,
    split: str,
    accounts: int | None,
    exchanges: int | None,
    campaigns: tuple[str, ...],
    settings: tuple[str, ...],
    begin: datetime.datetime | None,
    data: Path | None,
    out: Path,
    format_: str,
    quiet: bool,
    as_json: bool,
) -> None:
    """Write a world's logs and the truth about them.

    The folder gets exchanges.jsonl.gz (the logs), truth.csv (per account), exchange_truth.csv.gz,
    campaigns.json and registrations.json. A world of several labs gets a folder for each of them
    and a campaigns.json for all. `stillwatch range list` tells what can be named here.
    """
    from stillwatch.range.compose import campaign_from
    from stillwatch.range.formats import written_format
    from stillwatch.range.world import BEGIN, labs_of, make_world

    output = Output(as_json=as_json, quiet=quiet)
    on_interrupt(f"{out} is unfinished; the same command begins again")
    written_format(format_)
    labs = labs_of(name, split)
    plans = [campaign_from(text, split) for text in campaigns] if campaigns else None
    made: list[tuple[World, Written]] = []
    for lab in labs or (None,):
        world = make_world(
            name,
            seed,
            accounts,
            exchanges,
            split=split,
            lab=lab,
            campaigns=plans,
            settings=settings,
            data=data,
            begin=begin.replace(tzinfo=datetime.UTC) if begin else BEGIN,
        )
        folder = out / lab if lab else out
        label = f"writing {name}, {lab}" if lab else f"writing {name}"
        made.append((world, write(world, folder, format_, label, quiet=quiet)))
    if as_json:
        output.json(_figures(name, seed, split, [world for world, _ in made]))
    for _, written in made:
        for path in (
            written.logs,
            written.truth,
            written.exchange_truth,
            written.campaigns,
            written.registrations,
        ):
            output.path(path)
    if labs:
        shared = out / "campaigns.json"
        shared.write_text(json.dumps(_shared(labs, [world for world, _ in made]), indent=2) + "\n", "utf-8")
        output.path(shared)


def _figures(name: str, seed: int, split: str, worlds: list[World]) -> dict[str, Any]:
    return {
        "world": name,
        "seed": seed,
        "split": split,
        "accounts": sum(len(world.accounts) for world in worlds),
        "exchanges": sum(len(world) for world in worlds),
        "campaigns": len(worlds[0].campaigns),
    }


def _shared(labs: tuple[str, ...], worlds: list[World]) -> dict[str, Any]:
    """What is true about all labs together: each campaign once, with its exchanges at every lab."""
    counts = ("members", "harvest_exchanges", "members_exchanges")
    campaigns = []
    for same in zip(*(world.campaigns for world in worlds), strict=True):
        common = {name: value for name, value in same[0].items() if name not in counts}
        common["labs"] = {
            lab: {name: each[name] for name in counts} for lab, each in zip(labs, same, strict=True)
        }
        campaigns.append(common)
    first = worlds[0]
    return {
        "world": first.name,
        "seed": first.seed,
        "split": first.split,
        "labs": list(labs),
        "campaigns": campaigns,
    }


def write(world: World, out: Path, format_: str, label: str, *, quiet: bool = False) -> Written:
    """Write a world with progress on standard error; the format is checked by the writer."""
    from stillwatch.range.writing import write_world

    done = 0
    with Progress(None, label, quiet=quiet) as progress:

        def advance(written: int) -> None:
            nonlocal done
            progress.advance(0, written - done)
            done = written

        return write_world(world, out, format_, progress=advance)
