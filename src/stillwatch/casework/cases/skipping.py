"""Passing a case over while working through the queue: on record, with a reason, and given back where it was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.casework.cases import conflicts
from stillwatch.casework.cases.acts import words_of
from stillwatch.core.case import CaseState, StepKind

if TYPE_CHECKING:
    from stillwatch.casework.cases.writing import Writing
    from stillwatch.core.case import Case


def skip(here: Writing, case: Case, by: str, version: int, reason: str) -> Case:
    """Pass a case over, and give it back where it was one's own.

    Raises:
        ConflictError: somebody else has it, it does not wait, or it has another version now.
        StillwatchError: no reason is given.
    """
    reason = words_of(reason, "a reason")
    if case.state is CaseState.CLAIMED and case.owner != by:
        raise conflicts.taken(case)
    if not case.waiting:
        raise conflicts.wrong_state(case, (CaseState.OPEN, CaseState.CLAIMED))
    details = {"reason": reason, "owner": case.owner}
    return here.change(
        case, version, StepKind.SKIPPED, by, reason, details, state=CaseState.OPEN.value, owner=""
    )
