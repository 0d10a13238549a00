"""What people do with a case: claim, release, note, give tasks, decide, close, merge, reopen."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import orjson
from sqlalchemy import select, update

from stillwatch.casework.cases import conflicts, members, merging
from stillwatch.casework.cases.rows import task_of
from stillwatch.casework.cases.writing import added, number_of_case
from stillwatch.casework.evidence import snapshots
from stillwatch.casework.tables import cases as tables
from stillwatch.casework.times import written
from stillwatch.core.case import CaseState, CaseTask, StepKind
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.cases.levels import ServiceLevels
    from stillwatch.casework.cases.writing import Writing
    from stillwatch.core.case import Case, CaseDecision

LONGEST: Final = 4_000
"""Characters of a note or a reason."""


def claim(here: Writing, case: Case, by: str, version: int) -> Case:
    """Take an open case; whoever has it already keeps it.

    Raises:
        ConflictError: somebody else has it, it is decided or ended, or it has another version now.
    """
    if case.state is CaseState.CLAIMED and case.owner == by:
        return case
    if case.state is CaseState.CLAIMED:
        raise conflicts.taken(case)
    _in(case, CaseState.OPEN)
    return here.change(
        case, version, StepKind.CLAIMED, by, "claimed", state=CaseState.CLAIMED.value, owner=by
    )


def release(here: Writing, case: Case, by: str, version: int, reason: str) -> Case:
    """Give a case back; of somebody else's claim the reason is needed.

    Raises:
        ConflictError: nobody has claimed it, or it has another version now.
        StillwatchError: it is somebody else's and no reason is given.
    """
    if case.state is CaseState.OPEN:
        raise conflicts.not_claimed(case)
    _in(case, CaseState.CLAIMED)
    if case.owner != by:
        words_of(reason, "a reason for taking it from somebody else")
    said = (
        f"{'released' if case.owner == by else f'taken from {case.owner}'}{f': {reason}' if reason else ''}"
    )
    details = {"owner": case.owner, "reason": reason}
    return here.change(
        case, version, StepKind.RELEASED, by, said, details, state=CaseState.OPEN.value, owner=""
    )


def note(here: Writing, case: Case, text: str, by: str, version: int | None) -> Case:
    """Write something down.

    Raises:
        ConflictError: it has another version now than was named.
    """
    text = words_of(text, "a note")
    return here.change(
        case, case.version if version is None else version, StepKind.NOTED, by, text, {"note": text}
    )


def task(here: Writing, case: Case, text: str, by: str, assignee: str, due_ts: str | None) -> CaseTask:
    """Add something to do."""
    text = words_of(text, "a task")
    row = {
        "number": number_of_case(case),
        "ts": here.ts,
        "by": by,
        "text": text,
        "assignee": assignee,
        "due_ts": due_ts,
        "done_ts": None,
        "done_by": "",
    }
    task_id = added(here.connection, tables.tasks, row)
    details = {"task": task_id, "text": text, "assignee": assignee, "due": due_ts}
    here.change(case, case.version, StepKind.TASKED, by, text, details)
    return task_of(
        here.connection.execute(select(tables.tasks).where(tables.tasks.c.task_id == task_id)).one()
    )


def done(here: Writing, case: Case, task_id: int, by: str) -> Case:
    """Tick off a task.

    Raises:
        StillwatchError: SW-CASE-06, the case has no such task that is still to be done.
    """
    table = tables.tasks
    where = (table.c.number == number_of_case(case), table.c.task_id == task_id, table.c.done_ts.is_(None))
    found = here.connection.execute(select(table).where(*where)).first()
    if found is None:
        waiting = select(table.c.task_id).where(where[0], where[2]).order_by(table.c.task_id)
        left = ", ".join(str(each) for each in here.connection.scalars(waiting))
        raise StillwatchError(
            f"{case.case_id} has no task {task_id} to be done",
            code="SW-CASE-06",
            hint=f"still to be done: {left}" if left else "nothing is left to be done",
        )
    here.connection.execute(update(table).where(*where).values(done_ts=here.ts, done_by=by))
    return here.change(case, case.version, StepKind.DONE, by, found.text, {"task": task_id})


def decide(
    here: Writing,
    case: Case,
    decision: CaseDecision,
    by: str,
    version: int,
    reason: str,
    spare: Collection[str],
) -> Case:
    """Conclude about a case and everybody who belongs to it now.

    Raises:
        ConflictError: it is not claimed by whoever decides, or has another version now.
        StillwatchError: no reason is given, or somebody is to be spared who does not belong to it.
    """
    reason = words_of(reason, "a reason")
    if case.state is CaseState.OPEN:
        raise conflicts.not_claimed(case)
    _in(case, CaseState.CLAIMED)
    if case.owner != by:
        raise conflicts.taken(case)
    number = number_of_case(case)
    spared = _known(here, case, spare)
    details = {
        "decision": decision.value,
        "reason": reason,
        "accounts": case.accounts,
        "spared": list(spared),
        "evidence": case.evidence,
        "verdict": case.verdict.value,
    }
    after = here.change(
        case,
        version,
        StepKind.DECIDED,
        by,
        f"{decision}: {reason}",
        details,
        state=CaseState.DECIDED.value,
        decision=decision.value,
        decided_by=by,
        decided_ts=max(here.ts, case.changed_ts),
        reason=reason,
        spared=orjson.dumps(spared).decode(),
    )
    members.cover(here.connection, number)
    if case.evidence:
        snapshots.hold(here.connection, number, case.evidence)
    return after


def close(here: Writing, case: Case, by: str, version: int, reason: str) -> Case:
    """End the work on a decided case.

    Raises:
        ConflictError: it is not decided, or has another version now.
    """
    _in(case, CaseState.DECIDED)
    said = reason.strip()[:LONGEST] or "closed"
    return here.change(
        case, version, StepKind.CLOSED, by, said, {"reason": reason}, state=CaseState.CLOSED.value
    )


def merge(here: Writing, into: Case, other: Case, by: str, versions: tuple[int, int], reason: str) -> Case:
    """Put one case into another.

    Raises:
        ConflictError: one of them is somebody else's, ended or decided, or has another version now.
        StillwatchError: they are one case, or no reason is given.
    """
    reason = words_of(reason, "a reason")
    if into.case_id == other.case_id:
        raise StillwatchError(
            "a case cannot be merged into itself",
            code="SW-CASE-07",
            where=into.case_id,
            hint="name another one",
        )
    _in(other, CaseState.OPEN, CaseState.CLAIMED)
    _in(into, CaseState.OPEN, CaseState.CLAIMED)
    for case in (into, other):
        if case.state is CaseState.CLAIMED and case.owner != by:
            raise conflicts.taken(case)
    return merging.merge(here, into, other, versions, by=by, reason=reason)


def reopen(here: Writing, case: Case, by: str, version: int, reason: str, levels: ServiceLevels) -> Case:
    """Take a decided or closed case up again; the clock starts anew, the decision stands until there is another.

    Raises:
        ConflictError: it is neither decided nor closed, or has another version now.
        StillwatchError: no reason is given.
    """
    reason = words_of(reason, "a reason")
    _in(case, CaseState.DECIDED, CaseState.CLOSED)
    due = written(levels.due(case.priority, here.now))
    return here.change(
        case,
        version,
        StepKind.REOPENED,
        by,
        reason,
        {"reason": reason, "was": case.state.value},
        state=CaseState.OPEN.value,
        owner="",
        due_ts=due,
    )


def words_of(text: str, what: str) -> str:
    """Text that somebody wrote, without blanks around it.

    Raises:
        StillwatchError: SW-CASE-08, there is none, or it is too long.
    """
    text = text.strip()
    if not text or len(text) > LONGEST or "\0" in text:
        raise StillwatchError(
            f"{what} takes 1 to {LONGEST:,} characters", code="SW-CASE-08", hint="say it in a sentence or two"
        )
    return text


def _known(here: Writing, case: Case, spare: Collection[str]) -> list[str]:
    """Accounts of the case that are to be spared, sorted.

    Raises:
        StillwatchError: SW-CASE-09, one does not belong to it.
    """
    wanted = sorted(set(spare))
    table = tables.accounts
    query = select(table.c.account_id).where(table.c.number == number_of_case(case), table.c.present)
    found = {
        account
        for begin in range(0, len(wanted), 1000)
        for account in here.connection.scalars(
            query.where(table.c.account_id.in_(wanted[begin : begin + 1000]))
        )
    }
    for account in wanted:
        if account not in found:
            raise StillwatchError(
                f"'{account[:80]}' does not belong to {case.case_id}",
                code="SW-CASE-09",
                hint=f"its accounts: stillwatch case show {case.case_id}",
            )
    return wanted


def _in(case: Case, *states: CaseState) -> None:
    if case.state not in states:
        raise conflicts.wrong_state(case, states)
