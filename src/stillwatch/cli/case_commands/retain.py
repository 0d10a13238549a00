"""Ask to keep the text of a case's exemplars for a while, and keep it once counsel has granted that."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.case_desk import ordering, person_options, place_options
from stillwatch.cli.log_options import read_options, reading_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExamples:\n  stillwatch case retain case-7 --days 14 --reason 'For the complaint.' --by analyst-1\n"
    "  stillwatch case retain case-7 --order ret-0a1b2c3d4e5f --logs gateway.jsonl --by analyst-1"
)
@click.argument("case_id", metavar="CASE")
@click.option("--days", type=click.IntRange(min=1), help="Ask to keep it for so many days.")
@click.option("--reason", default="", metavar="WORDS", help="Why it is needed; no prompt text.")
@click.option("--order", "order_id", metavar="ORDER", help="Carry out this order, which counsel has granted.")
@click.option("--logs", multiple=True, metavar="LOGS", help="Your own logs, to read the text from.")
@reading_options
@person_options
@place_options
@json_option
def command(
    case_id: str,
    days: int | None,
    reason: str,
    order_id: str | None,
    logs: tuple[str, ...],
    format_: str | None,
    account: str | None,
    account_from: str | None,
    map_file: Path | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Keep the text of the exchanges that show what CASE is about: asked for by one person, granted by counsel.

    Nothing else of Stillwatch writes text to disk. It is encrypted with a key of its own, kept for the days that were
    granted, and every reading of it stands in the ledger.
    """
    from stillwatch.cli import case_view  # deferred: help must not wait for the database

    if (days is None) == (order_id is None) or (order_id is not None and not logs):
        raise click.UsageError("ask with --days and --reason, or carry out with --order and --logs")
    output = Output(as_json=as_json)
    with ordering(cases, folder, ledger_key, by, person_token) as (orders, person):
        if days is not None:
            order = orders.ask(case_id, person.name, reason=reason, days=days)
            output.say(f"asked; counsel grants it with: stillwatch approvals approve {order.approval_id}")
        else:
            from stillwatch.casework.retention.texts import exemplar_texts
            from stillwatch.logs.sources import expand

            options = read_options(format_, account, account_from, map_file)
            order = orders.ready(order_id or "", person.name)
            texts = exemplar_texts(expand(logs), options, orders.exemplars(order.order_id))
            order = orders.carry_out(order.order_id, person.name, texts)
            output.say(f"the text of {len(texts)} exchanges is kept until {(order.until_ts or '')[:16]}Z")
    if as_json:
        output.json(case_view.as_json(order))
    else:
        click.echo(order.order_id)
