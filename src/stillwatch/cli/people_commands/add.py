"""Add somebody to casework."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.people_roles import roles_option
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch people add reviewer-1 --role reviewer --by administrator-1")
@click.argument("name")
@roles_option
@acting_options
@records_options
def command(
    name: str,
    roles: tuple[str, ...],
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Add NAME to casework. The first one must be an administrator, and adds themselves.

    What a role may do: docs/explanation/people.md.
    """
    from stillwatch.casework.people import Role  # deferred: help must not wait for the database

    with opened(cases, folder, ledger_key, make=True) as records:
        answers = name if not records.people.list() else acting(records, by, person_token).name
        person = records.people.add(name, [Role(role) for role in roles], by=answers)
    Output().say(f"{person.name} is {', '.join(sorted(person.roles))}")
