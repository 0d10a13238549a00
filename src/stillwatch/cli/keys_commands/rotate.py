"""End the epoch of keys and begin the next."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.keys_options import changing, person_options, schedule_options, settings, settings_options
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch keys rotate --by administrator-1")
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
    """End the epoch and begin the next; clusters keep accounts and get fresh keys.

    Keys of several epochs are independent: a copy that learned from all of them shows in each, and their evidence
    multiplies. Only keys of an epoch that has ended can be opened.
    """
    with changing(keys, cases, folder, ledger_key, by, person_token) as (schedule, person):
        last = schedule.book().current.settings
        epoch = schedule.rotate(person, settings(scheme, gamma, delta, context, last), slots)
    held = len(epoch.assignments)
    Output().say(
        f"{epoch.name} began; {held} {'cluster has' if held == 1 else 'clusters have'} a key of their own in it"
    )
