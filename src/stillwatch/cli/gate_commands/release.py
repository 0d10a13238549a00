"""Release a text that waits for counsel, as one of two people, or refuse it."""

from __future__ import annotations

import json
from typing import Any

import click

from stillwatch.cli.gate_options import room, room_options, who
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting_options

_REASONS = (
    "prices",
    "costs",
    "customers",
    "volumes",
    "capacity",
    "plans",
    "prompts",
    "recommends-a-vendor",
    "asks-for-joint-action",
    "personal-data",
    "not-needed",
)


@click.command(
    epilog="\b\nExample:\n  stillwatch gate release adv-01 --digest 4f0c… --basis us-doj-ftc-2014 --by counsel-1\n"
    "  stillwatch gate release adv-01 --refuse prices --by counsel-1"
)
@click.argument("item_id", metavar="ID")
@click.option(
    "--digest", metavar="HEX", help="Of the wording that you have read; `gate queue --show` prints it."
)
@click.option("--basis", metavar="BASIS", help="The legal basis that it rests on.")
@click.option("--refuse", type=click.Choice(_REASONS), help="Refuse it instead, for this reason.")
@acting_options
@room_options
@json_option
def command(
    item_id: str, digest: str | None, basis: str | None, refuse: str | None, as_json: bool, **options: Any
) -> None:
    """Release a text, as one of two people, or refuse it.

    Neither of the two is its author, and one is counsel. The second yes prints the STIX object; `stillwatch
    share advisory` sends it under your name at the hub.
    """
    from stillwatch.sharing.gate.counsel import ItemState, RefusalReason  # deferred: help must not wait
    from stillwatch.sharing.gate.counsel.advisory import advisory

    if refuse is None and (digest is None or basis is None):
        raise click.UsageError("name --digest and --basis, or --refuse with a reason")
    by = who(options)
    with room(options) as opened:
        if refuse is not None:
            item = opened.counsel.refuse(item_id, by, RefusalReason(refuse))
        else:
            item = opened.counsel.approve(item_id, by, basis or "", digest or "")
    output = Output(as_json=as_json)
    if item.state is ItemState.RELEASED:
        click.echo(json.dumps(advisory(item), indent=2))  # plain ASCII, as the gate wants it
        output.say(f"released; it leaves with: stillwatch share advisory {item.item_id} --by NAME")
    elif as_json:
        output.json({"id": item.item_id, "state": item.state.value, "approvals": len(item.approvals)})
    else:
        output.say(f"{item.item_id} is {item.state}; {len(item.approvals)} of 2 approvals")
