"""Take an indicator back: every member learns it at its next pull."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting
from stillwatch.cli.share_commands.publish import tell
from stillwatch.cli.share_desk import desk, desk_options, person_options

if TYPE_CHECKING:
    from stillwatch.errors import ExitCode


@click.command(
    epilog="\b\nExample:\n  stillwatch share retract indicator--6f0c… --reason 'an app, not a campaign' --by analyst-1"
)
@click.argument("indicator")
@reason_option
@person_options
@desk_options
@quiet_option
@json_option
def command(
    indicator: str,
    reason: str,
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
    """Take INDICATOR back, by its own id or the hub's.

    A new version of it is sent with `revoked`; nothing is deleted. The reason stays in the ledger, where it belongs:
    free text never leaves. One person suffices, because waiting for a second one would go on accusing.
    """
    from stillwatch.node.share_outbox import put_retraction, send

    with desk(cases, folder, ledger_key, hub, intel, gate_policy) as at:
        person = acting(at.records, by, person_token)
        put_retraction(at, indicator, person.name, reason)
        sent = send(at)
    return tell(sent, Output(as_json=as_json, quiet=quiet))
