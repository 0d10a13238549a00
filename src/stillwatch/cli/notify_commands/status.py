"""See how far notifications came, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stillwatch.cli.notify_desk import government, roles_of
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import records_options
from stillwatch.cli.share_desk import intel_option


@click.command(epilog="\b\nExample:\n  stillwatch notify status ntf-20261126-101500")
@click.argument("notification", required=False)
@intel_option
@records_options
@json_option
def command(
    notification: str | None,
    intel: str | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """See how far notifications came; with NOTIFICATION, its whole trail."""
    with government(cases, folder, ledger_key, intel) as (records, desk):
        chosen = [desk.get(notification)] if notification else desk.notices()
        rows: list[dict[str, Any]] = [
            {
                "notification": each.notification.notification_id,
                "agency": each.notification.agency,
                "case": each.notification.case_id,
                "state": each.state.value,
                "approved_by": list(roles_of(records, each)),
                "asked_by": each.asked_by,
                "asked_at": each.asked_at,
                "trail": [
                    {"ts": step.ts, "by": step.by, "what": step.what, "words": step.words}
                    for step in desk.trail(each.notification.notification_id)
                ],
            }
            for each in chosen
        ]
    if as_json:
        Output(as_json=True).json(rows)
    elif notification:
        steps = [(step["ts"], step["by"], step["what"], step["words"]) for step in rows[0]["trail"]]
        click.echo(table(("when", "who", "what", "words"), steps))
    else:
        head = ("notification", "agency", "state", "approved by", "last step")
        cells = [
            (
                row["notification"],
                row["agency"],
                row["state"],
                ", ".join(row["approved_by"]) or "nobody",
                row["trail"][-1]["ts"] if row["trail"] else "–",
            )
            for row in rows
        ]
        click.echo(table(head, cells) if cells else "no notification was submitted")
