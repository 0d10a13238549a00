"""The queue: cases that wait, the most urgent first; the filters are the address, so an address is a saved filter."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import QueryParams

from stillwatch.casework.cases import CaseFilter, Order
from stillwatch.casework.cases.filters import WAITING
from stillwatch.casework.cases.triage import left
from stillwatch.casework.people import Act
from stillwatch.console.conflicts import Conflict, conflict_about
from stillwatch.console.contract import Action, Done, Page, Section, Undo, View
from stillwatch.console.queues import SHOWN, case_path, filter_of, onward, queue_of, queue_path, shown_of
from stillwatch.core.case import Priority

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form
    from stillwatch.core.case import Case


def show(ask: Ask) -> View:
    """Cases of the chosen kind, how many there are of each, and how much is left for whoever looks."""
    which, queue = shown_of(ask.query), queue_of(ask.query)
    wanted = dataclasses.replace(filter_of(ask.query, which, ask), most=ask.rows, skip=ask.skip)
    store, counts = ask.office.cases, _counts(ask, queue)
    narrowed = any(ask.text(name) for name in ("priority", "owner", "account", "campaign"))
    return View(
        data={
            "show": which,
            "queue": queue,
            "narrowed": narrowed,
            "filters": {
                "priority": wanted.priority,
                "owner": ask.text("owner"),
                "account": wanted.account or "",
                "campaign": wanted.campaign or "",
                "order": wanted.order.value,
            },
            "counts": [
                {"show": each, "cases": counts[each], "path": ask.with_query(show=each, skip=None)}
                for each in SHOWN
            ],
            "left": dataclasses.asdict(left(store, ask.person.name, filter_of(ask.query, which, ask))),
            "cases": [row_of(case, ask, queue) for case in store.list(wanted)],
            "paging": ask.paging(counts[which]),
            "may_work": ask.can(Act.WORK_CASES),
            "priorities": [each.value for each in Priority],
            "orders": [each.value for each in Order],
        }
    )


def _counts(ask: Ask, queue: str) -> dict[str, int]:
    """How many cases each kind of list has with these filters; counted anew once anything was entered in the ledger."""
    store = ask.office.cases
    version = (
        ask.office.ledger.size(),
        int(ask.now.timestamp()) // 60,
    )  # what is overdue changes with time alone
    return ask.office.remembered(
        f"queue.counts {ask.person.name} {queue}",
        version,
        lambda: {each: store.count(filter_of(ask.query, each, ask)) for each in SHOWN},
    )


def row_of(case: Case, ask: Ask, queue: str = "") -> dict[str, Any]:
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
        "waiting": case.waiting,
        "overdue": case.overdue(ask.now_ts),
        "owner": case.owner,
        "path": case_path(case.case_id, queue),
    }


def waiting(ask: Ask) -> int:
    """How many cases wait for a decision."""
    return ask.office.remembered(
        "queue.waiting",
        ask.office.ledger.size(),
        lambda: ask.office.cases.count(CaseFilter(states=WAITING)),
    )


def take(ask: Ask, form: Form) -> Done:
    """Claim the next case of this queue and open it."""
    queue = queue_of(QueryParams(form.text("queue")[:2000]))
    path = onward(ask, queue)
    if path is None:
        return Done(queue_path(queue), "Nothing is left in this queue that nobody has.", warn=True)
    return Done(path, "The case is yours; nobody else works on it.")


def claim(ask: Ask, form: Form) -> Done:
    """Claim one case and stay in the list."""
    case = ask.office.cases.claim(form.needed("case_id", "the case"), ask.person.name, form.version)
    undo = Undo(f"/cases/{case.case_id}/release", {"version": str(case.version)}, "Give it back")
    return Done(queue_path(form.text("queue")), f"{case.case_id} is yours.", undo)


def skip(ask: Ask, form: Form) -> Done:
    """Pass a case over, on record, and go on to the next."""
    case_id = form.needed("case_id", "the case")
    ask.office.cases.skip(case_id, ask.person.name, form.version, form.reason)
    queue = queue_of(QueryParams(form.text("queue")[:2000]))
    path = onward(ask, queue)
    said = f"{case_id} is skipped; you get it again once it has changed."
    return Done(path or queue_path(queue), said if path else f"{said} Nothing else is left here.")


def _conflict(ask: Ask, form: Form) -> Conflict:
    return conflict_about(ask, form.text("case_id"), form.version)


PAGE: Final = Page(
    name="queue",
    path="/queue",
    title="Queue",
    handler=show,
    section=Section.WORK,
    order=20,
    letter="q",
    badge=waiting,
    actions=(
        Action(path="/queue/next", act=Act.WORK_CASES, handler=take, reason=False),
        Action(path="/queue/claim", act=Act.WORK_CASES, handler=claim, reason=False, conflict=_conflict),
        Action(path="/queue/skip", act=Act.WORK_CASES, handler=skip, conflict=_conflict),
    ),
)
