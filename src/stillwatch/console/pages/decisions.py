"""Decisions: what is in force about whom, what only simulates, what waits for a second person, what has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Action, Page, Section, View
from stillwatch.console.decisions.acts import add, approve, lift, refuse, retake
from stillwatch.console.decisions.covering import covering
from stillwatch.console.decisions.lists import SHOWN, counts, listed, proposals, rules_named
from stillwatch.core.decision import Action as Does

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask

_ABOUT: Final = ("account", "organization", "api_key", "address", "asn", "country")


def show(ask: Ask) -> View:
    """Decisions of the chosen kind; with ``covers`` those that cover somebody."""
    store = ask.office.decisions
    which = ask.text("show") if ask.text("show") in SHOWN else SHOWN[0]
    data: dict[str, Any] = {
        "show": which,
        "there": store is not None,
        "covers": ask.text("covers"),
        "filters": {name: ask.text(name) for name in ("rule", "action", "scope", "about")},
        "actions": [each.value for each in Does],
        "scopes": list(_ABOUT),
        "may_act": ask.can(Act.DECIDE_CASES),
        "may_approve": ask.can(Act.ANSWER_APPROVALS),
        "person": ask.person.name,
    }
    if store is None:
        return View(
            data=data | {"counts": [], "decisions": [], "proposals": [], "rules": [], "paging": ask.paging(0)}
        )
    rows, total = listed(ask, store, which)
    data |= {
        "counts": counts(ask, store),
        "rules": rules_named(store),
        "decisions": rows,
        "paging": ask.paging(total),
        "proposals": proposals(ask, store) if which == "proposed" else [],
    }
    if data["covers"]:
        data |= {"covering": covering(ask, store, data["covers"])}
    return View(data=data, subject=data["covers"])


def waiting(ask: Ask) -> int | None:
    """How many proposals wait for a second person."""
    store = ask.office.decisions
    if store is None:
        return None
    return int(store.database.rows("SELECT count(*) FROM proposals WHERE state = 'waiting'")[0][0])


PAGE: Final = Page(
    name="decisions",
    path="/decisions",
    title="Decisions",
    handler=show,
    section=Section.ACT,
    order=20,
    letter="d",
    badge=waiting,
    actions=(
        Action(path="/decisions/add", act=Act.DECIDE_CASES, handler=add),
        Action(path="/decisions/lift", act=Act.DECIDE_CASES, handler=lift),
        Action(path="/decisions/retake", act=Act.DECIDE_CASES, handler=retake),
        Action(path="/decisions/approve", act=Act.ANSWER_APPROVALS, handler=approve),
        Action(path="/decisions/refuse", act=Act.ANSWER_APPROVALS, handler=refuse),
    ),
)
