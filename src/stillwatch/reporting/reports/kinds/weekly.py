"""Weekly operations: what came, what was done, what waits, what to look at first."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.reporting.reports.contract import Audience, Kind, Report, Subject
from stillwatch.reporting.sheets.period import WEEK, last_whole
from stillwatch.reporting.sheets.plain import plain
from stillwatch.reporting.sheets.provenance import provenance_of
from stillwatch.reporting.sheets.sheet import page_of
from stillwatch.reporting.weekly_report.figures import week_of
from stillwatch.reporting.weekly_report.notices import notices
from stillwatch.reporting.weekly_report.page import sheet_of

if TYPE_CHECKING:
    from stillwatch.reporting.reports.contract import Asked
    from stillwatch.reporting.reports.sources import Sources


def build(sources: Sources, asked: Asked) -> Report:
    """Make one.

    Raises:
        StillwatchError: the store of decisions or the ledger cannot be read.
    """
    now = sources.now()
    period = asked.period or last_whole(now.date(), WEEK)
    week = week_of(
        sources.records,
        sources.cases,
        sources.decisions,
        sources.sharing,
        period,
        sources.now,
        now.isoformat().replace("+00:00", "Z"),
    )
    read = () if week.measures is None else (("Ledger of decisions, last entry", week.measures.digest),)
    found = provenance_of(sources.records.ledger, sources.person.name, sources.now, week.reach, read)
    sheet = sheet_of(week, found)
    data = {
        "report": KIND.name,
        "period": plain(period),
        "look_first": notices(week),
        **{
            field.name: plain(getattr(week, field.name))
            for field in dataclasses.fields(week)
            if field.name not in ("period", "reach", "made_ts")
        },
        "provenance": found.as_json(),
    }
    return Report(KIND.name, period.name, sheet.title, now.date().isoformat(), page_of(sheet), data)


KIND = Kind(
    "weekly",
    "Weekly operations",
    Audience.INTERNAL,
    Subject.PERIOD,
    "What came this week, what was done about it, what waits, and what to look at first.",
    build,
    WEEK,
)
