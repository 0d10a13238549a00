"""Print the last signed head: what the ledger was at one moment."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch ledger head --sign --json > head.json")
@click.option("--sign", is_flag=True, help="Sign a new head with the present time first.")
@records_options
@json_option
def command(cases: str | None, folder: Path, ledger_key: Path | None, sign: bool, as_json: bool) -> None:
    """Print the last signed head.

    Whoever keeps a head can tell later whether the ledger grew out of it: `stillwatch ledger verify --head`.
    Give the public key to those who shall check the ledger, over a way they trust.
    """
    with opened(cases, folder, ledger_key) as records:
        ledger = records.ledger
        head = ledger.sign() if sign else ledger.head()
        waiting = ledger.size() - head.size
        public_key = ledger.current_key()
    output = Output(as_json=as_json)
    if as_json:
        output.json({**head.as_json(), "public_key": public_key})
        return
    for name, value in {**head.as_json(), "public_key": public_key}.items():
        click.echo(f"{name:<11} {value}")
    if waiting:
        output.say(f"{waiting:,} later entries are not signed yet; `--sign` covers them")
