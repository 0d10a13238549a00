"""Search: from a few letters to an account, a case, a campaign, an appeal, a decision or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.console import finding
from stillwatch.console.contract import Page, Section, View

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask

_KINDS: Final = ("cases", "accounts", "appeals", "decisions", "pages")


def show(ask: Ask) -> View:
    """What begins with the words, or has them in its title; a single hit is gone to at once."""
    wanted = ask.text("q")
    found = {
        "cases": finding.found_cases(ask, wanted),
        "accounts": finding.found_accounts(ask, wanted),
        "appeals": finding.found_appeals(ask, wanted),
        "decisions": finding.found_decisions(ask, wanted),
        "pages": finding.found_pages(ask, wanted),
    }
    if not wanted:
        found = {kind: [] for kind in _KINDS}
    hits = [row for rows in found.values() for row in rows]
    only = str(hits[0]["path"]) if len(hits) == 1 else ""
    return View(data={"q": wanted, "hits": len(hits), "most": finding.MOST, **found}, subject=wanted, to=only)


PAGE: Final = Page(
    name="search", path="/search", title="Search", handler=show, section=Section.HERE, order=10
)
