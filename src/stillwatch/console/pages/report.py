"""A finished report as it was made: it brings its own look and rules, and runs nothing."""

from __future__ import annotations

from typing import Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Page
from stillwatch.console.pages.reports import file

PAGE: Final = Page(
    name="report",
    path="/reports/{report}",
    title="Report",
    handler=file,
    under="/reports",
    act=Act.READ_EVIDENCE,
)
