"""Attribution publication: what was shown of a model's origin, with the answer of the party named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.attribution.publication.desk import Publications
from stillwatch.casework.people import Act, may
from stillwatch.reporting.attribution_report.publication import render_publication
from stillwatch.reporting.reports.contract import Audience, Kind, Report, Subject
from stillwatch.reporting.reports.missing import lacking

if TYPE_CHECKING:
    from stillwatch.reporting.reports.contract import Asked
    from stillwatch.reporting.reports.sources import Sources


def build(sources: Sources, asked: Asked) -> Report:
    """Make the page of a publication; one that was not approved yet is marked as a preview.

    Raises:
        StillwatchError: SW-REP-01, none is named; there is none of that name; the person may not read evidence.
    """
    may(sources.person, Act.READ_EVIDENCE)
    desk = Publications(sources.records, now=sources.now)
    if not asked.subject:
        raise lacking("no publication is named", "name one, such as pub-…: stillwatch attribute publish list")
    found = desk.get(asked.subject)
    roles: tuple[str, ...] = ()
    if found.approval_id:
        answers = sources.records.approvals.get(found.approval_id).answers
        roles = tuple(each.role for each in answers if each.approved)
    data = {
        "report": KIND.name,
        "publication": found.publication_id,
        "stage": desk.stage(found).value,
        "party": found.party,
        "summary": found.summary,
        "reply": found.reply,
        "findings": {} if found.withdrawn else found.document,
    }
    day = sources.now().date().isoformat()
    title = f"Finding {found.publication_id} on a model of {found.party}"
    return Report(KIND.name, found.publication_id, title, day, render_publication(found, roles), data)


KIND = Kind(
    "attribution",
    "Attribution publication",
    Audience.PUBLIC,
    Subject.PUBLICATION,
    "What was shown of where a model comes from, how sure that is, and what the party named answers.",
    build,
)
