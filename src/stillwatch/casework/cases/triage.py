"""Working through the queue: the next case for one person, never the same for two, and skips that are on record.

Whoever skips a case is not given it again until something has changed about it; everybody else is.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from stillwatch.casework.cases.conflicts import ConflictError
from stillwatch.casework.tables import cases as tables
from stillwatch.core.case import CaseState, StepKind

if TYPE_CHECKING:
    from stillwatch.casework.cases.filters import CaseFilter
    from stillwatch.casework.cases.store import CaseStore
    from stillwatch.core.case import Case

_LOOKED_AT: Final = 50
"""Cases looked at in one go; with more people than that at one queue, the last ones ask again."""


@dataclasses.dataclass(frozen=True, slots=True)
class Left:
    """What is left of a queue for one person.

    Attributes:
        free: cases nobody has claimed and that they did not skip.
        mine: cases that they have claimed.
        skipped: cases that they skipped and that did not change since.
    """

    free: int
    mine: int
    skipped: int


def take_next(store: CaseStore, by: str, wanted: CaseFilter) -> Case | None:
    """Claim the first case of a queue that nobody has and that this person did not skip; None where none is left.

    Args:
        store: the cases.
        by: who takes it.
        wanted: which cases, in which order; the state is set here.

    Raises:
        StillwatchError: the person is unknown or may not.
    """
    passed = skipped_by(store, by)
    free = dataclasses.replace(
        wanted, states=(CaseState.OPEN,), owner=None, most=_LOOKED_AT + len(passed), skip=0
    )
    for case in store.list(free):
        if case.case_id not in passed:
            try:
                return store.claim(case.case_id, by, case.version)
            except ConflictError:  # somebody else was quicker: the next one
                continue
    return None


def left(store: CaseStore, by: str, wanted: CaseFilter) -> Left:
    """How much is left of a queue for one person."""
    passed = skipped_by(store, by)
    free = store.count(dataclasses.replace(wanted, states=(CaseState.OPEN,), owner=None))
    mine = store.count(dataclasses.replace(wanted, states=(CaseState.CLAIMED,), owner=by))
    return Left(max(0, free - len(passed)), mine, len(passed))


def skipped_by(store: CaseStore, by: str) -> frozenset[str]:
    """Cases that wait, that somebody skipped, and that are as they were then."""
    steps, cases = tables.steps, tables.cases
    query = (
        select(cases.c.number)
        .join(steps, steps.c.number == cases.c.number)
        .where(
            steps.c.kind == StepKind.SKIPPED.value,
            steps.c.by == by,
            steps.c.version == cases.c.version,
            cases.c.state == CaseState.OPEN.value,
        )
    )
    with store.database.read() as connection:
        return frozenset(f"case-{number}" for number in connection.scalars(query))
