"""Where reports get everything from: a lab's records, its decisions, what it shared, and who asks."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch import clock
from stillwatch.reporting.reports.missing import lacking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stillwatch.casework.cases import CaseStore
    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records
    from stillwatch.enforcement.decision_reader import DecisionReader
    from stillwatch.enforcement.past import Past
    from stillwatch.storage.sql import SqlDatabase


@dataclasses.dataclass(frozen=True, slots=True)
class Sources:
    """What is at hand; a report that needs more says what is missing.

    Attributes:
        records: the open casework database with the ledger.
        cases: its cases.
        person: who asks; the ledger names them.
        decisions: the store of decisions; None where a node has none.
        sharing: the database of what was received and sent; None where there is none.
        policy: the policy file in force; None where none is.
        past: gives what back-tests replay; None where no findings are at hand.
        secret: 32 bytes of the lab's own, for names that stand in place of account ids; None writes ids.
        now: the clock.
    """

    records: Records
    cases: CaseStore
    person: Person
    decisions: DecisionReader | None = None
    sharing: SqlDatabase | None = None
    policy: Path | None = None
    past: Callable[[], Past] | None = None
    secret: bytes | None = None
    now: clock.Clock = clock.now

    def decided(self) -> DecisionReader:
        """The store of decisions.

        Raises:
            StillwatchError: SW-REP-01, there is none.
        """
        if self.decisions is None:
            raise lacking(
                "there is no store of decisions", "name the folder of a node that has taken some with --dir"
            )
        return self.decisions
