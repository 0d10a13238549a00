"""Give somebody other roles."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.people_roles import roles_option
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch people roles analyst-1 --role analyst --role reviewer --by administrator-1"
)
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
    """Give NAME these roles instead of those they have; nobody changes their own."""
    from stillwatch.casework.people import Role  # deferred: help must not wait for the database

    with opened(cases, folder, ledger_key) as records:
        answers = acting(records, by, person_token)
        person = records.people.set_roles(name, [Role(role) for role in roles], by=answers.name)
    Output().say(f"{person.name} is {', '.join(sorted(person.roles))}")
