"""Write the accounts that people found honest after they had been accused, for `stillwatch calibrate --labels`."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import records_options


@click.command(epilog="\b\nExample:\n  stillwatch appeal labels --out honest.jsonl")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Where to write.",
)
@records_options
def command(out: Path, cases: str | None, folder: Path, ledger_key: Path | None) -> None:
    """Write a line of JSON for each account that an overturned appeal or an innocent case has cleared."""
    import orjson  # deferred: help must not wait

    from stillwatch.reporting import wording

    with at_desk(cases, folder, ledger_key) as desk:
        found = desk.office.labels.all()
    lines = [orjson.dumps(dataclasses.asdict(label) | {"label": "honest"}) for label in found]
    out.write_bytes(b"".join(line + b"\n" for line in lines))
    output = Output()
    output.path(out)
    output.say(wording.counted(len({label.account_id for label in found}), "account"))
