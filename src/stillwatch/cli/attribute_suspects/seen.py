"""Note a version of a suspect that you learnt of elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch attribute suspects seen sus-01kb6m --version 2.1 --how 'its release notes' "
    "--by analyst-1"
)
@click.argument("suspect")
@click.option("--version", required=True, metavar="WORDS", help="What it is called now.")
@click.option("--how", required=True, metavar="WORDS", help="By what that is known.")
@acting_options
@records_options
def command(
    suspect: str,
    version: str,
    how: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Note a version of SUSPECT; one that was never seen makes a test due."""
    from stillwatch.attribution.suspects.register import SuspectRegister  # deferred: help must not wait

    with opened(cases, folder, ledger_key) as records:
        found = SuspectRegister(records).seen(suspect, version, how, acting(records, by, person_token))
    Output().say("that version is known" if found is None else f"version {found.number} of {suspect}")
