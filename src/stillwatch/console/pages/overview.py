"""The overview: what leaks now, what waits, what was decided, and whether the data and the promises hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.console.contract import Page, Section, View
from stillwatch.console.pages.queue import waiting

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask


def show(ask: Ask) -> View:
    """Everything at a glance."""
    return View(data={"waiting": waiting(ask)})


PAGE: Final = Page(
    name="overview",
    path="/overview",
    title="Overview",
    handler=show,
    section=Section.WORK,
    order=10,
    letter="o",
)
