"""Act on a case: simulate a measure, take it for a time, or block without end with a second person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.case_desk import person_options, place_options, seen_option
from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting

if TYPE_CHECKING:
    from stillwatch.casework.consequences.measures import Wanted


@click.command(
    epilog="\b\nExample:\n  stillwatch case enforce case-7 block --shadow --for 7d --reason 'One pool.' --by analyst-1"
)
@click.argument("case_id", metavar="CASE")
@click.argument("action", type=click.Choice(["throttle", "verify", "degrade", "block"]))
@click.option("--shadow", is_flag=True, help="Only simulate it; possible before the case is decided.")
@click.option("--for", "lasts", metavar="TIME", help="How long: 30m, 6h, 7d.")
@click.option("--permanent", is_flag=True, help="Block without end: asked for, a reviewer approves.")
@click.option("--rate", "rate_per_minute", type=float, metavar="N", help="Requests a minute (throttle).")
@click.option("--max-tokens", type=int, metavar="N", help="Largest answer (degrade).")
@click.option("--hide-reasoning", is_flag=True, help="Drop the text of reasoning (degrade).")
@click.option("--watched", is_flag=True, help="Accounts on watch, too.")
@click.option("--dry-run", is_flag=True, help="Show whom it would be about and order nothing.")
@reason_option
@seen_option
@person_options
@place_options
@json_option
def command(
    case_id: str,
    dry_run: bool,
    seen: int | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """Order a measure about the accounts of CASE.

    What acts needs a case that was decided to be confirmed, and is about the accounts that were decided about: not
    about those that joined later, were spared, or were cleared by an appeal. It takes the place of what the case had
    ordered about them before.
    """
    from stillwatch.casework.effects.model import OrderState  # deferred: help must not wait
    from stillwatch.casework.effects.progress import progress
    from stillwatch.cli import effects_view

    wanted = _wanted(asked)
    output = Output(as_json=as_json)
    with at_desk(cases, folder, ledger_key) as desk:
        office = desk.office
        if dry_run:
            accounts = office.measures.preview(case_id, wanted).accounts
            click.echo("\n".join(accounts))
            output.say(f"{len(accounts):,} accounts; nothing was ordered")
            return
        name = acting(desk.records, by, person_token).name
        version = office.accusations.current(case_id).version if seen is None else seen
        order = office.measures.order(case_id, wanted, name, version)
        desk.go_round()
        order = office.orders.get(order.order_id)
        found = progress([order], office.orders, office.confirmations, office.outbox)
    if as_json:
        output.json(effects_view.as_json(found)[0])
        return
    click.echo("\n".join(effects_view.progress_lines(found)))
    if order.state is OrderState.ASKED:
        output.say(f"it waits for a reviewer: stillwatch approvals approve {order.approval_id}")


def _wanted(asked: dict[str, Any]) -> Wanted:
    """What was asked for.

    Raises:
        UsageError: it was not said how long.
    """
    from stillwatch.casework.consequences.measures import Wanted
    from stillwatch.core.decision import Action, Limits, Mode
    from stillwatch.enforcement.moments import duration_of

    if bool(asked["lasts"]) == asked["permanent"]:
        raise click.UsageError("say how long with --for, or --permanent")
    limits = Limits(
        rate_per_minute=asked["rate_per_minute"],
        max_tokens=asked["max_tokens"],
        hide_reasoning=asked["hide_reasoning"],
    )
    return Wanted(
        Action(asked["action"]),
        Mode.SHADOW if asked["shadow"] else Mode.ENFORCE,
        None if asked["permanent"] else duration_of(asked["lasts"]),
        asked["reason"],
        limits,
        watched=asked["watched"],
    )
