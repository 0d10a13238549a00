"""Register the authorisations of a file."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import config_option, current_settings
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch authorisations add authorisations.toml --by administrator-1"
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@acting_options
@records_options
@config_option
def command(
    file: Path,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Register the authorisations of FILE, or new versions of those that have changed.

    Each counts once somebody from counsel has approved it (`stillwatch approvals approve`); until then what was
    in force before stays so. API keys, user agents and prompts are kept as fingerprints only.
    """
    from stillwatch import clock  # deferred: help must not wait for the database
    from stillwatch.casework.authorisations.form import read_file
    from stillwatch.casework.authorisations.register import Register
    from stillwatch.traffic.pseudonyms import load_or_create

    key = load_or_create(current_settings().key_file)
    found = read_file(file, key)
    with opened(cases, folder, ledger_key) as records:
        person = acting(records, by, person_token)
        added = Register(records, clock.now).add(found, person.name, key.fingerprint())
    output = Output()
    for each in added:
        name = each.authorisation.authorisation_id
        output.say(f"{name} version {each.version} waits for counsel: approvals approve {each.approval_id}")
    if not added:
        output.say("nothing has changed")
