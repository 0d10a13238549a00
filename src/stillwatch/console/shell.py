"""What stands around a page: who is logged in, where one can go, what was just done, how it is to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.console.contract import Page, Section
from stillwatch.console.preferences import preferences
from stillwatch.console.registry import pages
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.console.ask import Ask
    from stillwatch.console.sessions import Session


def bare_shell(request: Request) -> dict[str, Any]:
    """What stands around a page that nobody is logged in for."""
    return {
        **preferences(request),
        "person": None,
        "csrf": "",
        "place": "",
        "nav": [],
        "letters": [],
        "trail": [],
        "flashes": [],
        "twin": None,
    }


def shell_of(request: Request, ask: Ask, session: Session, page: Page | None) -> dict[str, Any]:
    """What stands around a page of somebody who is logged in."""
    seen = [each for each in pages() if each.act is None or ask.can(each.act)]
    return bare_shell(request) | {
        "person": ask.person,
        "csrf": session.csrf,
        "place": str(ask.office.options.folder),
        "nav": _navigation(ask, page, seen),
        "letters": [{"letter": p.letter, "path": p.path, "title": p.title} for p in seen if p.letter],
        "trail": _trail(page),
        "flashes": session.take_flashes(),
    }


def _navigation(ask: Ask, here: Page | None, seen: list[Page]) -> list[dict[str, Any]]:
    """Sections with their entries; the entry that leads to this page is marked."""
    under = here.under if here is not None else ""
    found = []
    for section in Section:
        entries = [
            {
                "path": page.path,
                "title": page.title,
                "badge": _badge(page, ask),
                "here": here is page or page.path == under,
                "exact": here is page,
            }
            for page in seen
            if page.section is section
        ]
        if entries:
            found.append({"title": section.value, "entries": entries})
    return found


def _badge(page: Page, ask: Ask) -> int | None:
    """A count beside an entry; what cannot be counted now does not take the page down."""
    if page.badge is None:
        return None
    try:
        return page.badge(ask)
    except StillwatchError:
        return None


def _trail(page: Page | None) -> list[dict[str, str]]:
    """The pages that lead to this one."""
    by_path = {each.path: each for each in pages()}
    steps: list[dict[str, str]] = []
    above = by_path.get(page.under) if page is not None and page.under else None
    while above is not None and len(steps) < 5:
        steps.insert(0, {"path": above.path, "title": above.title})
        above = by_path.get(above.under) if above.under else None
    return steps
