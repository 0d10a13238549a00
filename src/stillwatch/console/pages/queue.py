"""The queue: cases that wait, the most urgent first; the filters are the address, so an address is a saved filter."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.cases import CaseFilter, Order
from stillwatch.casework.cases.filters import WAITING
from stillwatch.console.contract import Page, Section, View
from stillwatch.core.case import CaseState, Priority

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.core.case import Case

_SHOWN: Final = ("waiting", "mine", "unclaimed", "overdue", "decided", "all")


def show(ask: Ask) -> View:
    """Cases of the chosen kind, with how many there are of each kind."""
    which = ask.text("show") if ask.text("show") in _SHOWN else _SHOWN[0]
    wanted = dataclasses.replace(_filter(ask, which), most=ask.rows, skip=ask.skip)
    store = ask.office.cases
    total = store.count(wanted)
    return View(
        data={
            "show": which,
            "filters": {
                "priority": wanted.priority,
                "owner": ask.text("owner"),
                "account": wanted.account or "",
                "campaign": wanted.campaign or "",
                "order": wanted.order.value,
            },
            "counts": [
                {"show": each, "cases": store.count(_filter(ask, each)), "path": f"/queue?show={each}"}
                for each in _SHOWN
            ],
            "cases": [row_of(case, ask) for case in store.list(wanted)],
            "paging": ask.paging(total),
            "priorities": [each.value for each in Priority],
            "orders": [each.value for each in Order],
        }
    )


def row_of(case: Case, ask: Ask) -> dict[str, Any]:
    """A case as a row of a list."""
    return {
        "case_id": case.case_id,
        "version": case.version,
        "state": case.state.value,
        "decision": None if case.decision is None else case.decision.value,
        "verdict": case.verdict.value,
        "score": case.score,
        "priority": case.priority.value,
        "leak_rate": case.leak_rate,
        "accounts": case.accounts,
        "exchanges": case.exchanges,
        "leaked": case.leaked,
        "first_ts": case.first_ts,
        "due_ts": case.due_ts,
        "overdue": case.overdue(ask.now_ts),
        "owner": case.owner,
        "path": f"/cases/{case.case_id}",
    }


def waiting(ask: Ask) -> int:
    """How many cases wait for a decision."""
    return ask.office.cases.count(CaseFilter(states=WAITING))


def _filter(ask: Ask, which: str) -> CaseFilter:
    """What the address asks for."""
    base = CaseFilter(
        states=WAITING,
        priority=ask.word("priority", Priority),
        owner=ask.text("owner") or None,
        account=ask.text("account") or None,
        campaign=ask.text("campaign") or None,
        order=ask.word("order", Order) or Order.PRIORITY,
    )
    narrowed: dict[str, dict[str, Any]] = {
        "mine": {"owner": ask.person.name},
        "unclaimed": {"states": (CaseState.OPEN,)},
        "overdue": {"overdue_at": ask.now_ts},
        "decided": {"states": (CaseState.DECIDED, CaseState.CLOSED)},
        "all": {"states": ()},
    }
    return dataclasses.replace(base, **narrowed.get(which, {}))


PAGE: Final = Page(
    name="queue",
    path="/queue",
    title="Queue",
    handler=show,
    section=Section.WORK,
    order=20,
    letter="q",
    badge=waiting,
)
