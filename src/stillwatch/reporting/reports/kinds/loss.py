"""Loss: what the campaign of a case took and what that cost, with intervals; for this lab alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.attribution.loss.assumptions import read
from stillwatch.attribution.loss.estimate import estimate
from stillwatch.attribution.loss.taken import from_cases
from stillwatch.casework.people import Act, may
from stillwatch.reporting.loss_report.figures import as_json
from stillwatch.reporting.loss_report.page import render_loss
from stillwatch.reporting.reports.contract import Audience, Kind, Report, Subject
from stillwatch.reporting.reports.missing import lacking

if TYPE_CHECKING:
    from stillwatch.reporting.reports.contract import Asked
    from stillwatch.reporting.reports.sources import Sources


def build(sources: Sources, asked: Asked) -> Report:
    """Make one, by the numbers that ship; `stillwatch loss estimate` takes a lab's own.

    Raises:
        StillwatchError: SW-REP-01, no case is named; there is no such case; the person may not read evidence.
    """
    may(sources.person, Act.READ_EVIDENCE)
    if not asked.subject:
        raise lacking("no case is named", "name one, such as case-7")
    case = sources.cases.get(asked.subject)
    found = estimate(from_cases([case]), read(None), today=sources.now().date(), draws=20_000, seed=1)
    title = f"What the campaign of {case.case_id} took"
    day = found.made_on.isoformat()
    return Report(KIND.name, case.case_id, title, day, render_loss(found), as_json(found))


KIND = Kind(
    "loss",
    "Loss",
    Audience.INTERNAL,
    Subject.CASE,
    "What a campaign took and what that cost, with intervals; it never leaves the lab.",
    build,
)
