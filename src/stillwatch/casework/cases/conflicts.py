"""What stands against a change: another version, another owner, another state, an unknown case."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from stillwatch.core.case import Case, CaseState
from stillwatch.errors import StillwatchError


class ConflictError(StillwatchError):
    """Somebody else was there first.

    Attributes:
        version: the case's present version.
    """

    def __init__(self, message: str, case: Case, *, code: str, hint: str) -> None:
        super().__init__(message, code=code, where=case.case_id, hint=hint)
        self.version = case.version


def unknown(case_id: str, known: Iterable[str]) -> StillwatchError:
    """There is no such case; the nearest id is named."""
    near = difflib.get_close_matches(case_id, list(known), n=1, cutoff=0.5)
    return StillwatchError(
        f"there is no case '{case_id[:60]}'",
        code="SW-CASE-01",
        hint=f"did you mean {near[0]}?" if near else "list them: stillwatch case list",
    )


def stale(case: Case, seen: int) -> ConflictError:
    """The change rests on an older version."""
    return ConflictError(
        f"{case.case_id} has changed: it is at version {case.version}, you saw {seen}",
        case,
        code="SW-CASE-02",
        hint=f"look at it again, then repeat: stillwatch case show {case.case_id}",
    )


def taken(case: Case) -> ConflictError:
    """Somebody else works on it."""
    return ConflictError(
        f"{case.case_id} is claimed by {case.owner}",
        case,
        code="SW-CASE-03",
        hint="ask them, or have a reviewer release it: stillwatch case release CASE --reason WORDS",
    )


def not_claimed(case: Case) -> ConflictError:
    """Nobody works on it."""
    return ConflictError(
        f"nobody has claimed {case.case_id}",
        case,
        code="SW-CASE-04",
        hint=f"claim it first: stillwatch case claim {case.case_id}",
    )


def wrong_state(case: Case, wanted: Iterable[CaseState]) -> ConflictError:
    """It does not stand where the change begins."""
    where = f"{case.merged_into} took it in" if case.state is CaseState.MERGED else f"it is {case.state}"
    return ConflictError(
        f"this cannot be done with {case.case_id}: {where}",
        case,
        code="SW-CASE-05",
        hint=f"work on {case.merged_into} instead"
        if case.state is CaseState.MERGED
        else f"it has to be {' or '.join(wanted)}",
    )
