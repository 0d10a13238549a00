"""What waits for a second person: who asked, for exactly what, and who may answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.effects.model import OrderState
from stillwatch.casework.people import Act, ApprovalKind, ApprovalState
from stillwatch.console.casefile.timeline import order_words
from stillwatch.console.contract import Action, Done, Page, Section, View
from stillwatch.console.desk import desk_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.effects.model import Order
    from stillwatch.casework.people import Approval
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form

_SEEN_ELSEWHERE: Final = (
    ApprovalKind.DISCLOSURE,
    ApprovalKind.GOVERNMENT_NOTIFICATION,
    ApprovalKind.RULE_PROMOTION,
)
"""What has to be looked at on a page of its own, byte by byte or as a rule, or on the command line."""
_NAMED: Final = 50


def show(ask: Ask) -> View:
    """Those that wait, or all of a subject."""
    subject, every = ask.text("subject"), ask.flag("all")
    found = ask.office.approvals.list(None if every else ApprovalState.WAITING, subject=subject or None)
    orders = {each.approval_id: each for each in desk_of(ask.office).office.orders.asked()}
    return View(
        data={
            "subject": subject,
            "all": every,
            "approvals": [_row(ask, each, orders.get(each.approval_id)) for each in reversed(found)],
        }
    )


def waiting(ask: Ask) -> int:
    """How many wait for this very person."""
    return sum(_fits(ask, each) for each in ask.office.approvals.list())


def _fits(ask: Ask, each: Approval) -> bool:
    """Whether the person could answer it."""
    return (
        each.state is ApprovalState.WAITING
        and each.asked_by != ask.person.name
        and all(answer.by != ask.person.name for answer in each.answers)
        and any(role in ask.person.roles for role in each.open_needs())
    )


def _row(ask: Ask, each: Approval, order: Order | None) -> dict[str, Any]:
    elsewhere = each.kind in _SEEN_ELSEWHERE
    page = {
        ApprovalKind.DISCLOSURE: f"/disclosures/{each.subject}",
        ApprovalKind.PERMANENT_BLOCK: f"/cases/{each.subject}#measures",
        ApprovalKind.AUTHORISATION: f"/authorisations/{each.subject.partition(' ')[0]}",
        ApprovalKind.RULE_PROMOTION: "/policy",
    }.get(each.kind, "")
    return {
        "approval_id": each.approval_id,
        "kind": each.kind.value,
        "subject": each.subject,
        "page": page,
        "asked_by": each.asked_by,
        "asked_ts": each.asked,
        "lapses_ts": each.lapses,
        "state": each.state.value,
        "needs": [role.value for role in each.open_needs()],
        "payload_digest": each.payload_digest,
        "answers": [
            {"by": answer.by, "role": answer.role, "approved": answer.approved, "reason": answer.reason}
            for answer in each.answers
        ],
        "what": "" if order is None else order_words(order),
        "reason": "" if order is None else order.content.reason,
        "accounts": [] if order is None else list(order.content.accounts[:_NAMED]),
        "more": 0 if order is None else max(0, len(order.content.accounts) - _NAMED),
        "approve": _fits(ask, each) and not elsewhere,
        "refuse": each.state is ApprovalState.WAITING
        and not elsewhere
        and (each.asked_by == ask.person.name or _fits(ask, each)),
    }


def approve(ask: Ask, form: Form) -> Done:
    """Approve exactly what was shown."""
    found = _seen(ask, form)
    with ask.office.records.database.write() as connection:
        after = ask.office.approvals.approve(connection, found.approval_id, ask.person.name, form.reason)
    desk = desk_of(ask.office)
    went = desk.go_round()
    for order in desk.office.orders.of_case(found.subject):
        if order.approval_id == found.approval_id and order.state is OrderState.REFUSED:
            return Done("/approvals", f"Granted, but it is not carried out: {order.trouble}.", warn=True)
    words = f"Approved; it still needs {', '.join(after.open_needs())}." if after.open_needs() else "Granted."
    return Done("/approvals", " ".join((words, *went.words)))


def refuse(ask: Ask, form: Form) -> Done:
    """Refuse it, or take back what one asked for oneself."""
    found = _seen(ask, form)
    with ask.office.records.database.write() as connection:
        ask.office.approvals.refuse(connection, found.approval_id, ask.person.name, form.reason)
    desk_of(ask.office).go_round()
    return Done("/approvals", "It is refused.")


def _seen(ask: Ask, form: Form) -> Approval:
    """The approval, if what it is about is what was shown.

    Raises:
        StillwatchError: SW-CON-56, it is not, or it is answered on a page of its own.
    """
    found = ask.office.approvals.get(ask.parts["approval_id"])
    if found.kind in _SEEN_ELSEWHERE or form.text("digest") != found.payload_digest:
        raise StillwatchError(
            "this is not what you were shown",
            code="SW-CON-56",
            where=found.approval_id,
            hint="open its page and look at what exactly is asked for",
        )
    return found


PAGE: Final = Page(
    name="approvals",
    path="/approvals",
    title="Approvals",
    handler=show,
    section=Section.WORK,
    order=50,
    letter="v",
    badge=waiting,
    actions=(
        Action(
            path="/approvals/{approval_id}/approve", act=Act.ANSWER_APPROVALS, handler=approve, reason=False
        ),
        Action(path="/approvals/{approval_id}/refuse", act=Act.READ_CASES, handler=refuse),
    ),
)
