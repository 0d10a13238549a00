"""Notes, tasks, and judging a case again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.casework.cases.moments import moment
from stillwatch.casework.people import Act
from stillwatch.console.contract import Action, Done

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form


def note(ask: Ask, form: Form) -> Done:
    """Write something down."""
    after = ask.office.cases.note(ask.parts["case_id"], form.needed("text", "a note"), ask.person.name)
    return Done(f"/cases/{after.case_id}#history", "Noted.")


def task(ask: Ask, form: Form) -> Done:
    """Add something to do."""
    due = form.text("due").strip()
    ask.office.cases.task(
        ask.parts["case_id"],
        form.needed("text", "what has to be done"),
        ask.person.name,
        assignee=form.text("assignee").strip(),
        due_ts=moment(f"{due}T23:59:59Z" if len(due) == len("2026-01-31") else due) if due else None,
    )
    return Done(f"/cases/{ask.parts['case_id']}#tasks", "Added to what has to be done.")


def done(ask: Ask, form: Form) -> Done:
    """Tick off a task."""
    number = form.needed("task", "the task")
    ask.office.cases.done(ask.parts["case_id"], int(number) if number.isdecimal() else 0, ask.person.name)
    return Done(f"/cases/{ask.parts['case_id']}#tasks", "Done.")


def replay(ask: Ask, form: Form) -> Done:
    """Judge it again from its evidence alone."""
    found = ask.office.cases.replay(ask.parts["case_id"], ask.person.name, form.text("evidence") or None)
    words = "judged again from the evidence alone: the same result"
    if not found.same:
        words = f"judged again it differs: {'; '.join(found.differences[:3])}"
    if not found.in_ledger:
        words += "; the ledger has no entry about this evidence"
    return Done(
        f"/cases/{found.case_id}#evidence",
        f"{words[0].upper()}{words[1:]}.",
        warn=not (found.same and found.in_ledger),
    )


ACTIONS: Final = (
    Action(path="/cases/{case_id}/note", act=Act.WORK_CASES, handler=note, reason=False),
    Action(path="/cases/{case_id}/task", act=Act.WORK_CASES, handler=task, reason=False),
    Action(path="/cases/{case_id}/done", act=Act.WORK_CASES, handler=done, reason=False),
    Action(path="/cases/{case_id}/replay", act=Act.READ_CASES, handler=replay, reason=False),
)
