"""Write a world's logs and the truth about them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output
from stillwatch.cli.progress import Progress

if TYPE_CHECKING:
    from stillwatch.range.world import World
    from stillwatch.range.writing import Format, Written


@click.command(
    epilog="\b\nExample:\n  stillwatch range make --world demo --seed 7 --format litellm --out world"
)
@click.option("--world", "name", default="demo", show_default=True, metavar="NAME", help="Which world.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--accounts", type=int, help="How many accounts; the world's usual number unless given.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder to write to."
)
@click.option(
    "--format", "format_", default="canonical", show_default=True, metavar="NAME", help="Log format."
)
@quiet_option
@json_option
def command(
    name: str, seed: int, accounts: int | None, out: Path, format_: str, quiet: bool, as_json: bool
) -> None:
    """Write a world's logs and the truth about them.

    The folder gets exchanges.jsonl.gz (the logs), truth.csv (per account), exchange_truth.csv.gz,
    campaigns.json and registrations.json.
    """
    from stillwatch.range.world import make_world

    output = Output(as_json=as_json, quiet=quiet)
    on_interrupt(f"{out} is unfinished; the same command begins again")
    world = make_world(name, seed, accounts)
    written = write(world, out, format_, f"writing {name}", quiet=quiet)
    if as_json:
        figures = {"world": name, "seed": seed, "accounts": len(world.accounts), "exchanges": len(world)}
        output.json(figures | {"campaigns": len(world.campaigns)})
    for path in (
        written.logs,
        written.truth,
        written.exchange_truth,
        written.campaigns,
        written.registrations,
    ):
        output.path(path)


def write(world: World, out: Path, format_: str, label: str, *, quiet: bool = False) -> Written:
    """Write a world with progress on standard error; the format is checked by the writer."""
    from typing import cast

    from stillwatch.range.writing import write_world

    done = 0
    with Progress(None, label, quiet=quiet) as progress:

        def advance(written: int) -> None:
            nonlocal done
            progress.advance(0, written - done)
            done = written

        return write_world(world, out, cast("Format", format_), progress=advance)
