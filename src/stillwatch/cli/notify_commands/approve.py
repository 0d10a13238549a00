"""Ask for approval of a draft, or approve a notification in a role that it still needs."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.notify_desk import government, payload_of
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, records_options
from stillwatch.cli.share_desk import intel_option


@click.command(
    epilog="\b\nExamples:\n  stillwatch notify approve notification.toml --by analyst-1\n"
    "  stillwatch notify approve ntf-20261126-101500 --by counsel-1"
)
@click.argument("target", metavar="DRAFT|NOTIFICATION")
@click.option("--refuse", is_flag=True, help="Refuse it instead.")
@click.option("--reason", default="", metavar="WORDS", help="Why, in a sentence; needed to refuse.")
@acting_options
@intel_option
@records_options
def command(
    target: str,
    refuse: bool,
    reason: str,
    by: str,
    person_token: Path | None,
    intel: str | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Ask for approval of DRAFT, or approve NOTIFICATION.

    A reviewer and counsel have to approve, and neither may be whoever asked. The approval is for exactly what was
    submitted: a draft that changes afterwards needs another one.
    """
    from stillwatch.casework.people import ApprovalKind
    from stillwatch.sharing.government.drafts import read_draft

    output = Output()
    if refuse and not reason:
        raise click.UsageError("say why, with --reason")
    with government(cases, folder, ledger_key, intel) as (records, desk):
        person = acting(records, by, person_token)
        if target.endswith(".toml"):
            payload = payload_of(read_draft(Path(target)))
            name = payload.notification.notification_id
            with records.database.write() as connection:
                approval = records.approvals.ask(
                    connection, ApprovalKind.GOVERNMENT_NOTIFICATION, name, payload.digest, person.name
                )
            desk.submit(payload.notification, payload.stix, payload.digest, approval, person.name)
            output.say(f"{name} waits for approval by a reviewer and by counsel")
            click.echo(name)
            return
        notice = desk.get(target)
        act = records.approvals.refuse if refuse else records.approvals.approve
        with records.database.write() as connection:
            after = act(connection, notice.approval_id or "", person.name, reason)
        desk.note(target, person.name, "refused" if refuse else "approved", reason)
    left = ", ".join(after.open_needs())
    output.say(f"{target} is {after.state}" + (f"; it still needs {left}" if left and not refuse else ""))
