"""The queue of appeals: those before counsel first, then by when they are due."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.appeals.filters import AppealFilter
from stillwatch.casework.appeals.reading import AppealReader
from stillwatch.console.appealing.rows import row_of
from stillwatch.console.contract import Page, Section, View

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask

_SHOWN: Final = ("waiting", "mine", "unclaimed", "escalated", "all")


def show(ask: Ask) -> View:
    """Appeals of the chosen kind, with how many there are of each kind."""
    which = ask.text("show") if ask.text("show") in _SHOWN else _SHOWN[0]
    reader = AppealReader(ask.office.records.database, now=ask.office.now)
    wanted = dataclasses.replace(_filter(ask, which), most=ask.rows, skip=ask.skip)
    return View(
        data={
            "show": which,
            "account": ask.text("account"),
            "case": ask.text("case"),
            "counts": [
                {"show": each, "appeals": reader.count(_filter(ask, each)), "path": f"/appeals?show={each}"}
                for each in _SHOWN
            ],
            "standings": {each.value: number for each, number in reader.standings().items()},
            "appeals": [row_of(each, ask.now) for each in reader.list(wanted)],
            "paging": ask.paging(reader.count(wanted)),
        }
    )


def waiting(ask: Ask) -> int:
    """How many wait for an answer."""
    return AppealReader(ask.office.records.database, now=ask.office.now).count()


def _filter(ask: Ask, which: str) -> AppealFilter:
    base = AppealFilter(account=ask.text("account") or None, case=ask.text("case") or None)
    narrowed: dict[str, dict[str, Any]] = {
        "mine": {"owner": ask.person.name},
        "unclaimed": {"owner": ""},
        "escalated": {"escalated": True},
        "all": {"states": ()},
    }
    return dataclasses.replace(base, **narrowed.get(which, {}))


PAGE: Final = Page(
    name="appeals",
    path="/appeals",
    title="Appeals",
    handler=show,
    section=Section.WORK,
    order=40,
    letter="a",
    badge=waiting,
)
