"""The cases of a lab, as the command line, the node and the rest of casework see them.

Every change names the version of the case that it rests on: whoever saw an older one is told so, and nothing is lost.
Every change and its ledger entry are one transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.casework.cases.filters import CaseFilter
from stillwatch.core.case import Case, CaseAccount, CaseDecision, CaseStep, CaseTask, RelatedCase

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection

    from stillwatch.core.verdict import DetectionResult


class CaseStore:
    """Cases in a database.

    Args:
        database: of the family ``casework``.
        ledger: every change is entered there.
    """

    def __init__(self, database: object, ledger: object) -> None: ...

    def open_from(
        self, result: DetectionResult, now: datetime.datetime | None = None, *, by: str = "detection"
    ) -> tuple[Case, ...]:
        """Open, change, merge and split cases as the campaigns of a result say; returns what changed."""
        ...

    def get(self, case_id: str) -> Case:
        """One case; an unknown id is answered with the nearest (SW-CASE-01)."""
        ...

    def list(self, wanted: CaseFilter = CaseFilter()) -> tuple[Case, ...]:
        """Cases, the most urgent first."""
        ...

    def count(self, wanted: CaseFilter = CaseFilter()) -> int:
        """How many there are."""
        ...

    def accounts(self, case_id: str, *, after: str = "", most: int = 1000) -> tuple[CaseAccount, ...]:
        """Accounts of a case in the order of their ids."""
        ...

    def steps(self, case_id: str) -> tuple[CaseStep, ...]:
        """The case's history, oldest first."""
        ...

    def tasks(self, case_id: str) -> tuple[CaseTask, ...]:
        """What is and was to be done."""
        ...

    def claim(self, case_id: str, by: str, version: int) -> Case:
        """Take a case, so that nobody else works on it."""
        ...

    def release(self, case_id: str, by: str, version: int, reason: str = "") -> Case:
        """Give it back."""
        ...

    def note(self, case_id: str, text: str, by: str, version: int | None = None) -> Case:
        """Write something down."""
        ...

    def task(
        self, case_id: str, text: str, by: str, *, assignee: str = "", due_ts: str | None = None
    ) -> CaseTask:
        """Add something to do."""
        ...

    def done(self, case_id: str, task_id: int, by: str) -> Case:
        """Tick off a task."""
        ...

    def decide(
        self,
        case_id: str,
        decision: CaseDecision,
        by: str,
        version: int,
        *,
        reason: str,
        spare: Collection[str] = (),
    ) -> Case:
        """Conclude; only the owner may."""
        ...

    def close(self, case_id: str, by: str, version: int, *, reason: str = "") -> Case:
        """End the work on a decided case."""
        ...

    def merge(self, into: str, other: str, by: str, versions: tuple[int, int], *, reason: str) -> Case:
        """Put ``other`` into ``into``."""
        ...

    def reopen(self, case_id: str, by: str, version: int, *, reason: str) -> Case:
        """Take a decided or closed case up again."""
        ...

    def related(self, case_id: str, most: int = 10) -> tuple[RelatedCase, ...]:
        """Other cases that share evidence with it, the closest first."""
        ...
