"""Transparency: what was done in a period, in counts from which nobody can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.errors import StillwatchError
from stillwatch.reporting.reports.contract import Audience, Kind, Report, Subject
from stillwatch.reporting.sheets.period import MONTH, QUARTER, YEAR, last_whole, period_of
from stillwatch.reporting.sheets.plain import plain
from stillwatch.reporting.sheets.provenance import ENTRY, provenance_of
from stillwatch.reporting.sheets.sheet import page_of
from stillwatch.reporting.transparency_report.figures import LEAST, figures_of
from stillwatch.reporting.transparency_report.page import sheet_of

if TYPE_CHECKING:
    from stillwatch.reporting.reports.contract import Asked
    from stillwatch.reporting.reports.sources import Sources
    from stillwatch.reporting.sheets.period import Period
    from stillwatch.reporting.transparency_report.figures import Figures


def build(sources: Sources, asked: Asked) -> Report:
    """Make one; whoever asks is named by role alone.

    Raises:
        StillwatchError: SW-REP-04, the period is not a whole month, quarter or year that is over; SW-REP-05, a report
            was made of another period that overlaps it.
    """
    today = sources.now().date()
    period = asked.period or last_whole(today, QUARTER)
    _check(sources, period)
    figures = figures_of(sources.records.ledger, sources.decisions, period)
    read = (
        (("Ledger of decisions, last entry", figures.decisions_digest),) if figures.decisions_digest else ()
    )
    role = " and ".join(sorted(role.value for role in sources.person.roles)) or "nobody"
    found = provenance_of(
        sources.records.ledger, role, sources.now, None, read
    )  # how many entries there are would tell more than is shown
    sheet = sheet_of(figures, found)
    data = {
        "report": KIND.name,
        "period": plain(period),
        "least": LEAST,
        **_published(figures),
        "provenance": found.as_json(),
    }
    return Report(KIND.name, period.name, sheet.title, today.isoformat(), page_of(sheet), data)


def _published(figures: Figures) -> dict[str, Any]:
    """Counts that may be seen; those withheld are null."""
    overturned = figures.share("appeals|overturned", "appeals|answered")
    return {
        "counts": {name: figures.shown(name) for name in sorted(figures.counts)},
        "overturned": plain(overturned),
        "to_decision_s": plain(figures.to_decision),
        "to_answer_s": plain(figures.to_answer),
    }


def _check(sources: Sources, period: Period) -> None:
    """Refuse a period whose counts, beside others, would give more away than they show."""
    if period.kind not in (MONTH, QUARTER, YEAR) or not period.over(sources.now().date()):
        raise StillwatchError(
            f"a report on {period.name} cannot be published: it would be subtracted from the next one",
            code="SW-REP-04",
            hint="name a whole month, quarter or year that is over, such as 2026-Q3",
        )
    for logged in sources.records.ledger.about(KIND.name):
        if logged.entry.kind != ENTRY:
            continue
        other = period_of(str(logged.entry.details["about"]))
        if other != period and other.first <= period.last and period.first <= other.last:
            raise StillwatchError(
                f"a report on {other.name} was made already: the two could be subtracted from each other",
                code="SW-REP-05",
                where=period.name,
                hint=f"go on with periods of that kind: {other.kind}s",
            )


KIND = Kind(
    "transparency",
    "Transparency report",
    Audience.PUBLIC,
    Subject.PERIOD,
    "What was done against distillation, how often people disagreed, and what was overturned; nobody can be told "
    "from it.",
    build,
    QUARTER,
)
