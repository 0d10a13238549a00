"""Give somebody a token to prove who they are, replace it, or take theirs back."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch people token analyst-1 --days 90 --by administrator-1 > analyst-1.token"
)
@click.argument("name")
@click.option(
    "--days",
    type=click.FloatRange(min=0, min_open=True),
    default=90.0,
    show_default=True,
    help="How long it is valid.",
)
@click.option(
    "--rotate",
    is_flag=True,
    help="Let those they have end after --grace hours.",
)
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="With --rotate: how long the present ones stay valid.",
)
@click.option("--revoke", is_flag=True, help="Take back every token and login of theirs, and make none.")
@acting_options
@records_options
def command(
    name: str,
    days: float,
    rotate: bool,
    grace: float,
    revoke: bool,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Print a new token for NAME; it is shown once, and only its digest is kept.

    From then on nobody acts as NAME without it: commands take it with --person-token.
    """
    if revoke and rotate:
        raise click.UsageError("--revoke makes no token, --rotate makes one: choose")
    with opened(cases, folder, ledger_key) as records:
        answers = acting(records, by, person_token).name
        if revoke:
            gone = records.people.revoke_tokens(name, by=answers)
            Output().say(f"{gone} {'token' if gone == 1 else 'tokens'} of {name} taken back")
            return
        people = records.people
        made = (
            people.rotate_token(name, by=answers, grace_hours=grace, days=days)
            if rotate
            else people.make_token(name, by=answers, days=days)
        )
    click.echo(made)
