"""Note that the agency acknowledged a notification, or what it said."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.notify_desk import enter, government
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, records_options
from stillwatch.cli.share_desk import intel_option


@click.command(
    epilog="\b\nExample:\n  stillwatch notify acknowledge ntf-20261126-101500 --words 'number 2026-118' --by analyst-1"
)
@click.argument("notification")
@click.option("--words", required=True, metavar="WORDS", help="What the agency said: its number, its answer.")
@acting_options
@intel_option
@records_options
def command(
    notification: str,
    words: str,
    by: str,
    person_token: Path | None,
    intel: str | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Note what the agency said about NOTIFICATION; it joins the trail and the ledger."""
    from stillwatch.errors import StillwatchError
    from stillwatch.sharing.government.desk import NoticeState

    with government(cases, folder, ledger_key, intel) as (records, desk):
        person = acting(records, by, person_token)
        notice = desk.get(notification)
        if notice.state not in (NoticeState.SENT, NoticeState.ACKNOWLEDGED):
            raise StillwatchError("it was not sent", code="SW-GOV-41", where=notification)
        desk.note(notification, person.name, "acknowledged", words)
        desk.mark(notification, NoticeState.ACKNOWLEDGED)
        enter(records, "notification-acknowledged", notification, person.name, {"words": words})
    Output().say(f"{notification} is acknowledged")
