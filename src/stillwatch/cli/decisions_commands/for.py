"""Say which decisions cover somebody, whatever they name and wherever they come from."""
# ruff: noqa: N999 - a command's module has the command's name

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.decisions_options import desk, desk_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExample:\n  stillwatch decisions for acct-1 --organization org-1 --address 192.0.2.7"
)
@click.argument("id_", metavar="ID")
@click.option("--organization", default="", metavar="ID", help="The account's organisation.")
@click.option("--api-key", default="", metavar="ID", help="A key it uses.")
@click.option("--address", default="", metavar="IP", help="An address it comes from.")
@click.option("--asn", type=int, default=0, metavar="NUMBER", help="Autonomous system of that address.")
@click.option("--country", default="", metavar="CODE", help="Country of that address.")
@desk_options
@json_option
def command(
    id_: str,
    organization: str,
    api_key: str,
    address: str,
    asn: int,
    country: str,
    folder: Path,
    node: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Say which decisions cover somebody.

    ID is looked up as an account and as whatever else it may be: an organisation, a key, an address, the number
    of an autonomous system (AS64500) or a country. The one that wins stands first, simulated ones last.
    """
    from stillwatch.cli import decisions_view  # deferred: help must not wait for the database
    from stillwatch.enforcement.answers import Subject
    from stillwatch.enforcement.covering import readings

    account = Subject(id_, organization, api_key, address, asn, country.upper())
    found = desk(folder, node, token_file).covering([account, *readings(id_)])
    found.sort(key=lambda each: each.mode.value == "shadow")
    if as_json:
        Output(as_json=True).json(decisions_view.as_json(found))
    elif found:
        click.echo(decisions_view.decisions_table(found))
    else:
        click.echo(f"no decision covers {id_}")
