"""Send a text that two people released, or take it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting
from stillwatch.cli.share_commands.publish import tell
from stillwatch.cli.share_desk import counsel_of, desk, desk_options, person_options

if TYPE_CHECKING:
    from stillwatch.errors import ExitCode
    from stillwatch.sharing.gate.counsel import Item


@click.command(
    epilog="Exit status: 0 done, 4 the gate or the hub refused it, 5 the hub cannot be reached.\n\n"
    "\b\nExample:\n  stillwatch share advisory adv-01 --by analyst-1\n"
    "  stillwatch share advisory adv-01 --retract --by analyst-1"
)
@click.argument("text", metavar="ID")
@click.option(
    "--open", "in_open", is_flag=True, help="For everybody at the hub; TLP:GREEN or TLP:CLEAR only."
)
@click.option("--retract", is_flag=True, help="Take it back; one person suffices.")
@person_options
@desk_options
@quiet_option
@json_option
def command(
    text: str,
    in_open: bool,
    retract: bool,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    hub: Path | None,
    intel: str | None,
    gate_policy: Path | None,
    quiet: bool,
    as_json: bool,
) -> ExitCode:
    """Send the text ID, which two people released here, to the hub's advisories.

    The hub takes it once its own counsel has released the same title, wording and marking there. Running this again is
    harmless: the hub knows what it has.
    """
    from stillwatch.node.share_outbox import send_text

    with desk(cases, folder, ledger_key, hub, intel, gate_policy) as at:
        person = acting(at.records, by, person_token)
        with counsel_of(cases, folder, ledger_key) as counsel:
            item = counsel.get(text)
        obj = _report(item, at.membership.identity, retract=retract)
        sent = send_text(at, obj, item.item_id, person.name, in_open=in_open)
    return tell(sent, Output(as_json=as_json, quiet=quiet))


def _report(item: Item, author: str, *, retract: bool) -> dict[str, Any]:
    """The object of a released text, or the one that takes it back.

    Raises:
        StillwatchError: SW-GATE-17 it was not released.
    """
    from stillwatch import clock
    from stillwatch.sharing.gate.counsel.advisory import advisory
    from stillwatch.sharing.gate.texts import report_of

    released = advisory(item, author)
    if not retract:
        return released
    today = clock.now().date().isoformat()
    return report_of(item.title, item.text, item.marking, author, today, revoked=True)
