"""Send an approved notification to the hub's government collection, and write the report to hand over."""

from __future__ import annotations

import json
from pathlib import Path

import click

from stillwatch.cli.notify_desk import enter, government, roles_of, write_report
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, records_options
from stillwatch.cli.share_desk import (
    gate_of,
    gate_option,
    hub_option,
    intel_option,
    intel_place,
    membership_of,
)
from stillwatch.errors import ExitCode, StillwatchError


@click.command(
    epilog="Exit status: 0 done, 2 not approved, 4 the gate or the hub refuses it, 5 the hub cannot be reached.\n\n"
    "\b\nExample:\n  stillwatch notify send ntf-20261126-101500 --by analyst-1 --pdf --out handed-over"
)
@click.argument("notification")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("notification"),
    show_default=True,
    metavar="DIR",
    help="Folder for the approved report.",
)
@click.option("--pdf", is_flag=True, help="Write the report as PDF, too.")
@click.option("--report-only", is_flag=True, help="Write the report and send nothing through the hub.")
@acting_options
@hub_option
@gate_option
@intel_option
@records_options
def command(
    notification: str,
    out: Path,
    pdf: bool,
    report_only: bool,
    by: str,
    person_token: Path | None,
    hub: Path | None,
    gate_policy: Path | None,
    intel: str | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> ExitCode:
    """Send NOTIFICATION, once it is approved.

    Its STIX objects go to the hub's government collection, which members may write and only the agency's identity may
    read; the human report is written for you to hand over. Run it again if the hub could not be reached: what
    arrived is not sent twice.
    """
    from stillwatch.sharing.client.journal import Journal, ShipmentState
    from stillwatch.sharing.client.publish import GOVERNMENT, Parcel, publish
    from stillwatch.sharing.client.transport import HubConnection
    from stillwatch.sharing.gate import Situation
    from stillwatch.sharing.government.desk import NoticeState
    from stillwatch.storage.received.store import open_sharing

    output = Output()
    with government(cases, folder, ledger_key, intel) as (records, desk):
        person = acting(records, by, person_token)
        notice = desk.get(notification)
        roles = roles_of(records, notice)
        if not roles:
            raise StillwatchError(
                "it is not approved",
                code="SW-GOV-40",
                where=notification,
                hint="a reviewer and counsel approve it: stillwatch notify approve",
            )
        for path in write_report(notice.notification, roles, out, pdf=pdf):
            output.path(path)
        if report_only or not notice.stix:
            desk.mark(notification, NoticeState.SENT)
            desk.note(notification, person.name, "report written", str(out))
            enter(
                records,
                "notification-sent",
                notification,
                person.name,
                {"way": "report", "payload": notice.digest},
            )
            return ExitCode.DONE
        membership = membership_of(hub, folder)
        parcels = [
            Parcel(f"{notification}/{obj['id']}", obj | {"created_by_ref": membership.identity}, GOVERNMENT)
            for obj in json.loads(notice.stix)["objects"]
        ]
        database = open_sharing(intel_place(intel, folder))
        try:
            journal = Journal(database, membership.name)
            gate, situation = (
                gate_of(gate_policy, folder, cases, ledger_key),
                Situation.now(membership.identity),
            )
            sent = publish(parcels, journal, HubConnection(membership), gate, situation)
        finally:
            database.close()
        refused = [each for each in sent.shipments if each.state is ShipmentState.REFUSED]
        for each in refused:
            output.say(f"refused: {each.own_id}: {each.why}")
        if sent.trouble is not None:
            desk.note(notification, person.name, "not sent", sent.trouble.message)
            raise sent.trouble
        outcome = "refused" if refused else "sent"
        desk.note(notification, person.name, outcome, f"{len(sent.shipments)} objects to {membership.name}")
        details = {"way": membership.name, "payload": notice.digest, "outcome": outcome}
        enter(records, "notification-sent", notification, person.name, details)
        if refused:
            return ExitCode.GATE_REFUSED
        desk.mark(notification, NoticeState.SENT)
    output.say(f"{len(sent.shipments)} objects are in the government collection of {membership.name}")
    return ExitCode.DONE
