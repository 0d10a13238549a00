"""The figures of the busy lab's last week."""

from __future__ import annotations

from tests.casework.lab import Lab

from stillwatch.reporting.sheets.period import period_of
from stillwatch.reporting.weekly_report.figures import Week, week_of


def week_of_lab(lab: Lab) -> Week:
    """As the weekly report gathers them."""
    return week_of(
        lab.records,
        lab.office.cases,
        lab.decisions,
        None,
        period_of("2026-W14"),
        lab.time,
        "2026-04-06T07:00:00Z",
    )
