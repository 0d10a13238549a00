"""Show the exact bytes that would be sent, and what the gate says to each object."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.share_desk import desk, desk_options
from stillwatch.errors import ExitCode


@click.command(
    epilog="Exit status: 0 all would pass, 4 the gate refuses something.\n\n"
    "\b\nExample:\n  stillwatch share preview > envelope.json"
)
@desk_options
def command(
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    hub: Path | None,
    intel: str | None,
    gate_policy: Path | None,
) -> ExitCode:
    """Show what `share publish` would send.

    On standard output the bytes as they would leave, one envelope a collection; on standard error what the antitrust
    gate says to each object, and to whom it goes.
    """
    from stillwatch.node.share_outbox import parcels_of
    from stillwatch.sharing.gate import Situation
    from stillwatch.sharing.preview import preview

    output = Output()
    with desk(cases, folder, ledger_key, hub, intel, gate_policy) as at:
        parcels = parcels_of(at)
        situation = Situation.now(at.membership.identity)
        refused = 0
        for each in parcels:
            answer = at.gate.check(each.obj, situation)
            refused += not answer.passed
            verdict = "passes" if answer.passed else "REFUSED"
            output.say(
                f"{verdict}  {each.item_id}  {each.obj['id']} -> {each.collection} at {at.membership.name}"
            )
            for refusal in answer.refusals:
                output.say(f"    {refusal.field}: {refusal.sentence} ({refusal.rule})")
            for notice in answer.notices:
                output.say(f"    {notice}")
        for collection in dict.fromkeys(each.collection for each in parcels):
            objects = [each.obj for each in parcels if each.collection == collection]
            sys.stdout.buffer.write(preview(objects) + b"\n")
        if not parcels:
            output.say("nothing waits to be sent")
    return ExitCode.GATE_REFUSED if refused else ExitCode.DONE
