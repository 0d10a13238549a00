"""Hand out keys of an epoch that has ended, for a test that others can check."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from stillwatch.cli.keys_options import changing, person_options, schedule_options
from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExample:\n  stillwatch keys open campaign-7 --epoch e1 --out opened.json --by analyst-1"
)
@click.argument("clusters", metavar="CLUSTER...", nargs=-1, required=True)
@click.option(
    "--epoch", "epochs", multiple=True, required=True, metavar="NAME", help="In which; may be repeated."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Where to write.",
)
@click.option(
    "--tokeniser",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="The teacher's; copied beside the file. Without it nobody can look for a watermark.",
)
@click.option(
    "--canaries",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Those planted under the keys.",
)
@click.option(
    "--decoys", type=click.IntRange(min=0), default=400, show_default=True, help="Keys to rank among."
)
@person_options
@schedule_options
def command(
    clusters: tuple[str, ...],
    epochs: tuple[str, ...],
    out: Path,
    tokeniser: Path | None,
    canaries: Path | None,
    decoys: int,
    by: str,
    person_token: Path | None,
    keys: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Hand out the keys of each CLUSTER (`default` is everybody's) in epochs that have ended.

    With them come the epochs' decoys and what shows that all of them were committed to beforehand. The ledger records
    which were opened. Whoever has the file can look for the keys in any text, and forge text that carries them, so a
    second person grants it first: `stillwatch keys ask` with the same clusters and epochs.
    """
    from stillwatch.attribution.canaries.files import read_canaries  # deferred: help must not wait
    from stillwatch.attribution.keys.handout import handout
    from stillwatch.attribution.tokenising import read_tokeniser

    planted = read_canaries(canaries) if canaries else ()
    if tokeniser is not None:
        read_tokeniser(tokeniser)
    with changing(keys, cases, folder, ledger_key, by, person_token) as (schedule, person):
        opening = schedule.open(person, clusters, epochs)
    beside = "" if tokeniser is None else f"{out.stem}.tokeniser.json"
    document = handout(opening, decoys, beside, planted)
    if tokeniser is not None:
        out.with_name(beside).write_bytes(tokeniser.read_bytes())
    out.unlink(missing_ok=True)
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    output = Output()
    output.path(out)
    output.say(
        f"{len(opening.all_keys())} keys; check them with: stillwatch keys verify {out} --ledger PROOF --key PUB"
    )
