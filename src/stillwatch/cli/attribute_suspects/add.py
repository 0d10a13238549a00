"""Enter a model that may be a copy."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch attribute suspects add --url https://models.example.com/v1 --model large "
    "--owner 'the example company' --claimed-by 'its own page' --by analyst-1"
)
@click.option("--url", required=True, metavar="URL", help="Base address of its endpoint.")
@click.option("--model", required=True, metavar="NAME", help="Its name there.")
@click.option(
    "--dialect",
    type=click.Choice(["chat", "completions"]),
    default="chat",
    show_default=True,
    help="How it is spoken to.",
)
@click.option("--key-env", default="", metavar="VARIABLE", help="Environment variable with the key to it.")
@click.option("--owner", default="", metavar="WORDS", help="Who is said to own it.")
@click.option("--claimed-by", default="", metavar="WORDS", help="Who says so: a page, a document, a case.")
@click.option("--note", default="", metavar="WORDS", help="Anything else.")
@click.option(
    "--retest-days",
    type=click.IntRange(min=0),
    default=90,
    show_default=True,
    help="Test again after so many days, even without a new version; 0 for never.",
)
@acting_options
@records_options
def command(
    url: str,
    model: str,
    dialect: str,
    key_env: str,
    owner: str,
    claimed_by: str,
    note: str,
    retest_days: int,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Enter a model in the register, and print its id. Whose it is stays a claim, with who makes it."""
    from stillwatch.attribution.querying.endpoint import Dialect  # deferred: help must not wait
    from stillwatch.attribution.suspects.register import SuspectRegister

    with opened(cases, folder, ledger_key, make=True) as records:
        suspect = SuspectRegister(records).add(
            url,
            model,
            acting(records, by, person_token),
            dialect=Dialect(dialect),
            key_env=key_env,
            owner_claimed=owner,
            claimed_by=claimed_by,
            note=note,
            retest_days=retest_days,
        )
    click.echo(suspect.suspect_id)
