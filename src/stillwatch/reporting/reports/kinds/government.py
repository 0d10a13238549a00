"""Government notification: what is known of one campaign, and plainly what is not, for an authority."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.casework.people import Act, may
from stillwatch.errors import StillwatchError
from stillwatch.reporting.government_report.page import render_notification
from stillwatch.reporting.reports.contract import Audience, Kind, Report, Subject
from stillwatch.reporting.reports.missing import lacking
from stillwatch.sharing.government.bundle import stix_bundle
from stillwatch.sharing.government.desk import GovernmentDesk
from stillwatch.sharing.government.draft_file import draft_text
from stillwatch.sharing.government.drafts import read_draft
from stillwatch.sharing.government.notification import Extent

if TYPE_CHECKING:
    from stillwatch.core.case import Case
    from stillwatch.reporting.reports.contract import Asked
    from stillwatch.reporting.reports.sources import Sources
    from stillwatch.sharing.government.notification import Notification

TECHNIQUES: Final = ("AML.T0024.002", "AML.T0040")
"""MITRE ATLAS: extraction of a model, and access to it through its API."""


def build(sources: Sources, asked: Asked) -> Report:
    """Make one: of a notification that was submitted, of a draft file, or of what a case says by itself.

    Raises:
        StillwatchError: SW-REP-01, nothing is named; there is no such thing; the person may not read evidence.
    """
    if not asked.subject:
        raise lacking("nothing is named", "name a notification, a draft's file, or a case")
    may(sources.person, Act.READ_EVIDENCE)
    notification, roles = _named(sources, asked.subject)
    files: dict[str, bytes] = {}
    try:
        files["bundle.json"] = orjson.dumps(stix_bundle(notification), option=orjson.OPT_INDENT_2) + b"\n"
    except StillwatchError as error:
        if error.code != "SW-GOV-10":  # fewer accounts than may be spoken of
            raise
    return Report(
        KIND.name,
        notification.notification_id,
        f"Notification {notification.notification_id}",
        notification.prepared,
        render_notification(notification, approved_by=roles),
        {
            "report": KIND.name,
            "approved_by": list(roles),
            "notification": orjson.loads(orjson.dumps(dataclasses.asdict(notification))),
        },
        files,
    )


def draft_of(case: Case, notification_id: str, prepared: str) -> str:
    """A draft of a notification about a case as TOML; everything a case cannot know is left open."""
    extent = Extent(case.first_ts[:10], case.last_ts[:10], case.accounts, case.exchanges, case.leaked)
    return draft_text(
        notification_id=notification_id,
        case_id=case.case_id,
        agency="the authority",
        prepared=prepared,
        submitter="this lab",
        extent=extent,
        techniques=TECHNIQUES,
        methods=(),
        doubts=(),
    )


def _named(sources: Sources, subject: str) -> tuple[Notification, tuple[str, ...]]:
    """The notification, and the roles in which it was approved."""
    if Path(subject).suffix == ".toml":
        return read_draft(Path(subject)), ()
    if subject.startswith("case-"):
        return _drafted(sources.cases.get(subject), sources), ()
    if sources.sharing is None:
        raise lacking("no notification was ever submitted here", "name a draft's file, or a case")
    notice = GovernmentDesk(sources.sharing, now=sources.now).get(subject)
    approvals = sources.records.approvals
    if notice.approval_id is None or not approvals.granted(notice.approval_id, notice.digest):
        return notice.notification, ()
    answers = approvals.get(notice.approval_id).answers
    return notice.notification, tuple(answer.role for answer in answers if answer.approved)


def _drafted(case: Case, sources: Sources) -> Notification:
    moment = sources.now()
    text = draft_of(case, f"ntf-{moment:%Y%m%d-%H%M%S}", moment.date().isoformat())
    with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        return read_draft(Path(file.name))


KIND = Kind(
    "government",
    "Government notification",
    Audience.AUTHORITY,
    Subject.CASE,
    "What is known of one campaign and what is not, for an authority; it leaves only by two people's hands.",
    build,
)
