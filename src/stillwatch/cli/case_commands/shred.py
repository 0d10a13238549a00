"""Destroy kept text, or check the proof that it was destroyed."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.case_desk import ordering, person_options, place_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.errors import ExitCode


@click.command(
    epilog="Exit status: 0 done, 1 the check found something that is still there.\n\n"
    "\b\nExamples:\n  stillwatch case shred --expired --by analyst-1\n"
    "  stillwatch case shred ret-0a1b2c3d4e5f --check --by auditor-1"
)
@click.argument("order_id", metavar="[ORDER]", required=False)
@click.option("--expired", is_flag=True, help="Every order whose time is over.")
@click.option(
    "--check", is_flag=True, help="Destroy nothing; check that the text is gone and the ledger says so."
)
@person_options
@place_options
@json_option
def command(
    order_id: str | None,
    expired: bool,
    check: bool,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> ExitCode:
    """Destroy the text that ORDER keeps: its key first, then its files. A node does so when the time is over.

    The ledger keeps the digests of what was destroyed, so --check can look for it again at any time.
    """
    from stillwatch.cli import case_view  # deferred: help must not wait for the database

    if (order_id is None) == (not expired) or (check and order_id is None):
        raise click.UsageError("name one order, or --expired")
    output = Output(as_json=as_json)
    with ordering(cases, folder, ledger_key, by, person_token) as (orders, person):
        if check:
            proof = orders.check(order_id or "")
            if as_json:
                output.json(case_view.as_json(proof))
            else:
                click.echo("\n".join(case_view.proof_lines(proof)))
            return ExitCode.FOUND if proof.problems else ExitCode.DONE
        shredded = (
            orders.shred_expired(person.name) if expired else (orders.shred(order_id or "", person.name),)
        )
    if as_json:
        output.json(case_view.as_json(shredded))
    else:
        output.say(
            f"destroyed: {', '.join(order.order_id for order in shredded) or 'nothing, no time is over'}"
        )
    return ExitCode.DONE
