"""Watch a suspect no longer."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch attribute suspects retire sus-01kb6m --reason 'taken offline' --by analyst-1"
)
@click.argument("suspect")
@reason_option
@acting_options
@records_options
def command(
    suspect: str,
    reason: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Watch SUSPECT no longer; what is known of it stays."""
    from stillwatch.attribution.suspects.register import SuspectRegister  # deferred: help must not wait

    with opened(cases, folder, ledger_key) as records:
        SuspectRegister(records).retire(suspect, reason, acting(records, by, person_token))
    Output().say(f"{suspect} is no longer watched")
