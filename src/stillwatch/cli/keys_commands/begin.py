"""Make the master secret and commit to the first epoch of keys."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.keys_options import changing, person_options, schedule_options, settings, settings_options
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch keys begin --scheme green --delta 1.5 --by administrator-1")
@settings_options
@person_options
@schedule_options
def command(
    scheme: str | None,
    gamma: float | None,
    delta: float | None,
    context: int | None,
    slots: int | None,
    by: str,
    person_token: Path | None,
    keys: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Make the master secret and commit to the first epoch of keys.

    The ledger gets a commitment to every key of the epoch and to keys that will never be served, before any is used.
    Back the master secret up; without it no key can be opened.
    """
    with changing(keys, cases, folder, ledger_key, by, person_token) as (schedule, person):
        begun = {} if slots is None else {"slots": slots}
        epoch = schedule.begin(person, settings(scheme, gamma, delta, context, None), **begun)
    Output().say(
        f"{epoch.name} began with {epoch.slots} keys; write what serving needs: stillwatch keys serving FILE"
    )
