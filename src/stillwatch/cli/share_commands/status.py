"""See what was sent, what waits, and which members know of a retraction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.share_desk import desk, desk_options

if TYPE_CHECKING:
    from stillwatch.node.share_desk import Desk


@click.command(epilog="\b\nExample:\n  stillwatch share status")
@click.option("--offline", is_flag=True, help="Do not ask the hub who has acknowledged retractions.")
@desk_options
@json_option
def command(
    offline: bool,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    hub: Path | None,
    intel: str | None,
    gate_policy: Path | None,
    as_json: bool,
) -> None:
    """See what was sent and what waits.

    A retraction is shown with the members that have acknowledged it and those that have not yet.
    """
    with desk(cases, folder, ledger_key, hub, intel, gate_policy) as at:
        found = [_row(item) for item in at.outbox.everything()]
        if not offline:
            _ask(at, found)
    if as_json:
        Output(as_json=True).json(found)
        return
    head = ("item", "kind", "indicator", "state", "hub's id", "acknowledged", "why")
    rows = [
        (r["item"], r["kind"], r["indicator"], r["state"], r["hub_id"] or "–", _said(r), r["trouble"])
        for r in found
    ]
    click.echo(table(head, rows) if rows else "nothing was approved to leave yet")


def _row(item: Any) -> dict[str, Any]:
    return {
        "item": item.item_id,
        "kind": item.kind.value,
        "indicator": item.indicator_id,
        "state": item.state.value,
        "hub_id": item.hub_id,
        "queued": item.queued_ts,
        "by": item.queued_by,
        "attempts": item.attempts,
        "trouble": item.trouble,
        "acknowledged": None,
        "pending": None,
    }


def _ask(at: Desk, rows: list[dict[str, Any]]) -> None:
    """Add who knows of each retraction that was sent; an item everybody knows of is noted as acknowledged.

    Raises:
        StillwatchError: the hub does not answer.
    """
    from stillwatch.casework.outbox.model import ItemState

    sent = [r for r in rows if r["kind"] == "retract" and r["state"] in ("sent", "acknowledged")]
    if not sent:
        return
    hub = at.connect()
    for row in sent:
        answer = hub.get(f"/v1/retractions/{row['hub_id'] or row['indicator']}/acknowledgements").body
        row["acknowledged"] = [each["member"] for each in answer.get("acknowledged", [])]
        row["pending"] = list(answer.get("pending", []))
        if not row["pending"] and row["state"] == "sent":
            at.outbox.mark(row["item"], ItemState.ACKNOWLEDGED)
            row["state"] = ItemState.ACKNOWLEDGED.value


def _said(row: dict[str, Any]) -> str:
    if row["acknowledged"] is None:
        return "–"
    total = len(row["acknowledged"]) + len(row["pending"])
    return f"{len(row['acknowledged'])} of {total}"
