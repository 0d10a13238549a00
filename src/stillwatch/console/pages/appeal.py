"""One appeal: what the account holder says, who may answer, by when, and what became of the answer everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.consequences.telling import case_of, draft
from stillwatch.casework.people import Act, Role
from stillwatch.casework.statements.terms import read_terms
from stillwatch.console.appealing.conflict import appeal_conflict
from stillwatch.console.appealing.rows import row_of, statement, terms_file
from stillwatch.console.casefile.measures import orders
from stillwatch.console.contract import Action, Done, Page, View
from stillwatch.console.desk import desk_of, unseen
from stillwatch.core.appeal import AppealState, Outcome, Reach

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form
    from stillwatch.core.appeal import Appeal


def show(ask: Ask) -> View:
    """Everything that an answer needs."""
    desk = desk_of(ask.office)
    appeal = desk.office.appeals.get(ask.parts["appeal_id"])
    involved = desk.office.appeals.involved(appeal)
    ordered = desk.office.orders.of_appeal(appeal.appeal_id)
    case = desk.office.accusations.current(appeal.case_id) if appeal.case_id else None
    members = case.accounts if case is not None else 0
    data: dict[str, Any] = {
        "appeal": row_of(appeal, ask.now) | {"words": appeal.words, "waiting": appeal.waiting},
        "involved": [{"name": name, "did": did} for name, did in sorted(involved.items())],
        "measures": [
            {
                "action": each.action.value,
                "since": each.since,
                "until": each.until,
                "taker": each.taker.value,
                "grounds": sorted(each.grounds),
            }
            for each in desk.measures(appeal.account_id)
        ],
        "case": None
        if case is None
        else {
            "case_id": case.case_id,
            "verdict": case.verdict.value,
            "decision": None if case.decision is None else case.decision.value,
            "decided_by": case.decided_by,
            "reason": case.reason,
            "accounts": members,
        },
        "orders": orders(ask, desk.office, ordered),
        "statement": statement(ask, desk, appeal),
        "may": _may(ask, appeal, involved),
        "unseen": unseen(ask.office),
    }
    return View(data=data, title=f"Appeal of {appeal.account_id[:60]}", subject=appeal.appeal_id)


def _may(ask: Ask, appeal: Appeal, involved: dict[str, str]) -> dict[str, bool]:
    """What the person may do with it as it stands: nothing else is offered."""
    mine, clean = appeal.owner == ask.person.name, ask.person.name not in involved
    answers = ask.can(Act.DECIDE_APPEALS) and appeal.waiting and clean
    over = appeal.escalated_ts is not None and Role.COUNSEL in ask.person.roles
    return {
        "claim": answers and not mine and (not appeal.owner or over),
        "decide": answers and mine,
        "escalate": ask.can(Act.RECEIVE_APPEALS) and appeal.waiting and appeal.escalated_ts is None,
        "withdraw": ask.can(Act.RECEIVE_APPEALS) and appeal.waiting,
        "issue": ask.can(Act.RECEIVE_APPEALS) and appeal.state is AppealState.DECIDED,
        "involved": not clean,
    }


def claim(ask: Ask, form: Form) -> Done:
    """Take it, as somebody who had no part in the measure."""
    after = desk_of(ask.office).office.appeals.claim(ask.parts["appeal_id"], ask.person.name, form.version)
    return Done(f"/appeals/{after.appeal_id}", "This appeal is yours to answer.")


def decide(ask: Ask, form: Form) -> Done:
    """Uphold or overturn; an overturned one is taken back everywhere at once."""
    desk = desk_of(ask.office)
    outcome = form.word("outcome", Outcome)
    reach = form.word("reach", Reach) if outcome is Outcome.OVERTURNED else Reach.ACCOUNT
    after = desk.office.appeals.decide(
        ask.parts["appeal_id"], outcome, ask.person.name, form.version, reason=form.reason, reach=reach
    )
    went = desk.go_round()
    words = [f"It is {after.outcome}.", *went.words, "Tell the account holder with a statement of reasons."]
    return Done(f"/appeals/{after.appeal_id}#statement", " ".join(words))


def escalate(ask: Ask, form: Form) -> Done:
    """Send it to counsel before its time."""
    after = desk_of(ask.office).office.escalation.escalate(
        ask.parts["appeal_id"], ask.person.name, form.version, reason=form.reason
    )
    return Done(f"/appeals/{after.appeal_id}", "Counsel has it now.")


def withdraw(ask: Ask, form: Form) -> Done:
    """Note that the account holder no longer wants an answer."""
    after = desk_of(ask.office).office.appeals.withdraw(ask.parts["appeal_id"], ask.person.name, form.version)
    return Done(f"/appeals/{after.appeal_id}", "It is withdrawn.")


def issue(ask: Ask, form: Form) -> Done:
    """Keep the statement as it goes out."""
    desk = desk_of(ask.office)
    appeal = desk.office.appeals.get(ask.parts["appeal_id"])
    notes = tuple(each.strip() for each in form.text("notes").splitlines() if each.strip())
    made = draft(
        desk.office,
        appeal.account_id,
        desk.measures(appeal.account_id),
        read_terms(terms_file(ask)),
        ask.now.date(),
        appeal=appeal,
        notes=notes,
    )
    case_id = case_of(desk.office, appeal.account_id, appeal)
    kept = desk.office.statements.issue(made, by=ask.person.name, case_id=case_id, appeal_id=appeal.appeal_id)
    return Done(f"/appeals/{appeal.appeal_id}#statement", f"Issued as {kept}; its digest is in the ledger.")


PAGE: Final = Page(
    name="appeal",
    path="/appeals/{appeal_id}",
    title="Appeal",
    handler=show,
    under="/appeals",
    actions=(
        Action(
            path="/appeals/{appeal_id}/claim",
            act=Act.DECIDE_APPEALS,
            handler=claim,
            reason=False,
            conflict=appeal_conflict,
        ),
        Action(
            path="/appeals/{appeal_id}/decide",
            act=Act.DECIDE_APPEALS,
            handler=decide,
            conflict=appeal_conflict,
        ),
        Action(
            path="/appeals/{appeal_id}/escalate",
            act=Act.RECEIVE_APPEALS,
            handler=escalate,
            conflict=appeal_conflict,
        ),
        Action(
            path="/appeals/{appeal_id}/withdraw",
            act=Act.RECEIVE_APPEALS,
            handler=withdraw,
            reason=False,
            conflict=appeal_conflict,
        ),
        Action(path="/appeals/{appeal_id}/issue", act=Act.RECEIVE_APPEALS, handler=issue, reason=False),
    ),
)
