"""Write the ledger to a folder that anybody with the public key can check."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch ledger export ledger-2026-03")
@click.argument("out", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
@records_options
def command(out: Path, cases: str | None, folder: Path, ledger_key: Path | None) -> None:
    """Write the ledger to FOLDER, which is made.

    It holds every entry with the names of those who acted, so it is as confidential as the cases are. To show single
    entries use `stillwatch ledger prove`.
    """
    with opened(cases, folder, ledger_key) as records:
        head = records.ledger.export(out)
        public_key = records.ledger.current_key()
    output = Output()
    output.path(out)
    output.say(f"{head.size:,} entries; check it with: stillwatch ledger verify {out} --key {public_key}")
