"""Disclosures that were asked for, the latest first: who still has to approve, and how far each got."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.console.casefile import disclosures
from stillwatch.console.contract import Page, Section, View

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask


def show(ask: Ask) -> View:
    """All of them."""
    return View(data={"disclosures": disclosures.of_case(ask, None)})


PAGE: Final = Page(
    name="disclosures",
    path="/disclosures",
    title="Disclosures",
    handler=show,
    section=Section.SHARE,
    order=40,
)
