"""Claim, release, decide, close, reopen and merge a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.casework.people import Act
from stillwatch.console.conflicts import case_conflict
from stillwatch.console.contract import Action, Done, Undo
from stillwatch.console.desk import desk_of
from stillwatch.console.queues import case_path, onward, queue_path
from stillwatch.core.case import CaseDecision

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form

_UNDONE: Final = "taken back from the console"


def claim(ask: Ask, form: Form) -> Done:
    """Take the case."""
    after = ask.office.cases.claim(ask.parts["case_id"], ask.person.name, form.version)
    undo = Undo(
        f"/cases/{after.case_id}/release", {"version": str(after.version), "reason": _UNDONE}, "Give it back"
    )
    return Done(_page(after.case_id, form), f"{after.case_id} is yours, at version {after.version}.", undo)


def release(ask: Ask, form: Form) -> Done:
    """Give it back, or take it from somebody else."""
    after = ask.office.cases.release(ask.parts["case_id"], ask.person.name, form.version, form.reason)
    undo = Undo(f"/cases/{after.case_id}/claim", {"version": str(after.version)}, "Claim it")
    return Done(_page(after.case_id, form), f"Nobody has {after.case_id} now.", undo)


def decide(ask: Ask, form: Form) -> Done:
    """Conclude; then to the next case that nobody has, where that is wanted."""
    case_id = ask.parts["case_id"]
    decision = form.word("decision", CaseDecision)
    spare = tuple(each.strip() for each in form.text("spare").splitlines() if each.strip())
    after = ask.office.cases.decide(
        case_id, decision, ask.person.name, form.version, reason=form.reason, spare=spare
    )
    words = [f"{after.case_id} is decided: {after.decision}, {after.accounts:,} accounts"]
    words[0] += f", {len(after.spared):,} spared." if after.spared else "."
    if decision is CaseDecision.INNOCENT:
        words += desk_of(ask.office).go_round().words  # what the case had led to is taken back
    undo = Undo(
        f"/cases/{after.case_id}/reopen", {"version": str(after.version), "reason": _UNDONE}, "Reopen it"
    )
    to = _page(after.case_id, form)
    if form.flag("next"):
        queue = form.text("queue")
        onto = onward(ask, queue)
        if onto is None:
            words.append("Nothing is left in this queue that nobody has.")
        to = onto or queue_path(queue)
    return Done(to, " ".join(words), undo)


def close(ask: Ask, form: Form) -> Done:
    """End the work on it."""
    after = ask.office.cases.close(ask.parts["case_id"], ask.person.name, form.version, reason=form.reason)
    undo = Undo(
        f"/cases/{after.case_id}/reopen", {"version": str(after.version), "reason": _UNDONE}, "Reopen it"
    )
    return Done(_page(after.case_id, form), f"{after.case_id} is closed.", undo)


def reopen(ask: Ask, form: Form) -> Done:
    """Take it up again; the conclusion stands until there is another."""
    after = ask.office.cases.reopen(ask.parts["case_id"], ask.person.name, form.version, reason=form.reason)
    return Done(
        f"/cases/{after.case_id}", f"{after.case_id} waits for a decision again; its clock starts anew."
    )


def merge(ask: Ask, form: Form) -> Done:
    """Put another case into this one."""
    cases, other = ask.office.cases, form.needed("other", "the other case")
    versions = form.version, cases.get(other).version
    after = cases.merge(ask.parts["case_id"], other, ask.person.name, versions, reason=form.reason)
    return Done(
        f"/cases/{after.case_id}", f"{after.case_id} took in {other}: {after.accounts:,} accounts now."
    )


def _page(case_id: str, form: Form) -> str:
    """The case's page, reached through the same queue."""
    return case_path(case_id, form.text("queue"))


ACTIONS: Final = (
    Action(
        path="/cases/{case_id}/claim",
        act=Act.WORK_CASES,
        handler=claim,
        reason=False,
        conflict=case_conflict,
    ),
    Action(
        path="/cases/{case_id}/release",
        act=Act.WORK_CASES,
        handler=release,
        reason=False,
        conflict=case_conflict,
    ),
    Action(path="/cases/{case_id}/decide", act=Act.DECIDE_CASES, handler=decide, conflict=case_conflict),
    Action(
        path="/cases/{case_id}/close", act=Act.WORK_CASES, handler=close, reason=False, conflict=case_conflict
    ),
    Action(path="/cases/{case_id}/reopen", act=Act.WORK_CASES, handler=reopen, conflict=case_conflict),
    Action(path="/cases/{case_id}/merge", act=Act.WORK_CASES, handler=merge, conflict=case_conflict),
)
