"""Take somebody's roles and tokens away."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch people remove analyst-1 --by administrator-1")
@click.argument("name")
@acting_options
@records_options
def command(
    name: str, by: str, person_token: Path | None, cases: str | None, folder: Path, ledger_key: Path | None
) -> None:
    """Take the roles and tokens of NAME away; what they did stays on record."""
    with opened(cases, folder, ledger_key) as records:
        records.people.remove(name, by=acting(records, by, person_token).name)
    Output().say(f"{name} may do nothing any more")
