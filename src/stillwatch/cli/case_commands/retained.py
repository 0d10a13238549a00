"""List the orders to keep text, or read the text of one."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from stillwatch.cli.case_desk import ordering, person_options, place_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExample:\n  stillwatch case retained --read ret-0a1b2c3d4e5f --why 'For the complaint.' --by analyst-1"
)
@click.argument("case_id", metavar="[CASE]", required=False)
@click.option(
    "--read", "order_id", metavar="ORDER", help="Print the text that this order keeps, as JSON lines."
)
@click.option("--why", default="", metavar="WORDS", help="Why it is read; the ledger has it.")
@person_options
@place_options
@json_option
def command(
    case_id: str | None,
    order_id: str | None,
    why: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """List the orders of CASE, or of all cases; with --read print what one of them keeps."""
    from stillwatch.cli import case_view  # deferred: help must not wait for the database
    from stillwatch.cli.output import table

    output = Output(as_json=as_json)
    with ordering(cases, folder, ledger_key, by, person_token) as (orders, person):
        if order_id is not None:
            sys.stdout.buffer.write(orders.read(order_id, person, why))
            return
        found = orders.list(case_id)
    if as_json:
        output.json(case_view.as_json(found))
    elif found:
        rows = [
            (o.order_id, o.case_id, o.state, (o.until_ts or "–")[:16], f"{o.days} d", o.by, o.reason)
            for o in found
        ]
        click.echo(table(("order", "case", "state", "until", "for", "by", "reason"), rows))
    else:
        output.say("no text is kept, and nobody has asked for it")
