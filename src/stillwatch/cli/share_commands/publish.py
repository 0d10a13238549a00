"""Send what was approved and waits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output
from stillwatch.cli.share_desk import desk, desk_options
from stillwatch.errors import ExitCode

if TYPE_CHECKING:
    from stillwatch.sharing.client.publish import Sent


@click.command(
    epilog="Exit status: 0 done, 4 the gate or the hub refused something, 5 the hub cannot be reached.\n\n"
    "\b\nExample:\n  stillwatch share publish"
)
@desk_options
@quiet_option
@json_option
def command(
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    hub: Path | None,
    intel: str | None,
    gate_policy: Path | None,
    quiet: bool,
    as_json: bool,
) -> ExitCode:
    """Send approved disclosures, retractions and sightings to the hub.

    Each item is sent once, however often this is run; what could not be sent, for an hour or for weeks, is sent by the
    next run.
    """
    from stillwatch.node.share_outbox import send

    with desk(cases, folder, ledger_key, hub, intel, gate_policy) as at:
        sent = send(at)
    return tell(sent, Output(as_json=as_json, quiet=quiet))


def tell(sent: Sent, output: Output) -> ExitCode:
    """Say what became of each item; the status to end with.

    Raises:
        StillwatchError: the hub could not be reached.
    """
    from stillwatch.sharing.client.journal import ShipmentState, counts

    if output.as_json:
        output.json(
            {
                "counts": counts(sent.shipments),
                "items": [
                    {
                        "item": s.item_id,
                        "state": s.state,
                        "own_id": s.own_id,
                        "hub_id": s.hub_id,
                        "why": s.why,
                    }
                    for s in sent.shipments
                ],
            }
        )
    for each in sent.shipments:
        if each.state is ShipmentState.REFUSED:
            output.say(f"refused: {each.own_id}: {each.why}")
    said = counts(sent.shipments)
    output.say(
        ", ".join(f"{number} {state}" for state, number in said.items())
        if sent.shipments
        else "nothing waits"
    )
    if sent.trouble is not None:
        raise sent.trouble
    return ExitCode.GATE_REFUSED if said["refused"] else ExitCode.DONE
