"""The cases of a lab, as the command line, the node and the rest of casework see them.

Every change names the version of the case that it rests on: whoever saw an older one is told so, and nothing is lost.
Every change and its ledger entry are one transaction.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.casework.cases import acts, reading
from stillwatch.casework.cases.filters import CaseFilter
from stillwatch.casework.cases.levels import ServiceLevels
from stillwatch.casework.cases.related import related
from stillwatch.casework.cases.rows import case_named, number_of
from stillwatch.casework.cases.skipping import skip
from stillwatch.casework.cases.writing import DETECTION, Writing, number_of_case, writing
from stillwatch.casework.evidence import snapshots
from stillwatch.casework.people import Act, Role, may
from stillwatch.core.case import (
    Case,
    CaseAccount,
    CaseDecision,
    CaseState,
    CaseStep,
    CaseTask,
    RelatedCase,
    StepKind,
)
from stillwatch.core.verdict import DetectionResult
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.casework.evidence.replayed import Replay
    from stillwatch.casework.evidence.snapshots import Snapshot
    from stillwatch.casework.people import People
    from stillwatch.detection.replay.recorded import CampaignRecord, Record
    from stillwatch.storage.ledger import Ledger
    from stillwatch.storage.sql import SqlDatabase

_ALL: Final = CaseFilter()


class CaseStore:
    """Cases in a database; may be shared by threads, and opened by several processes.

    Args:
        database: of the family ``casework``.
        ledger: every change is entered there.
        people: who may do what; None asks nobody (tests, and programs that have asked already).
        levels: by when cases are due.
        now: the clock.
    """

    def __init__(
        self,
        database: SqlDatabase,
        ledger: Ledger,
        people: People | None = None,
        *,
        levels: ServiceLevels | None = None,
        now: clock.Clock = clock.now,
    ) -> None:
        self.database = database
        self.ledger = ledger
        self._people = people
        self._levels = ServiceLevels.read() if levels is None else levels
        self._now = now

    def open_from(
        self, found: DetectionResult | Record, *, by: str = DETECTION, watch: bool = False
    ) -> tuple[Case, ...]:
        """Open, change, merge and split cases as the campaigns of a run say.

        Args:
            found: a run, with what it rests on; of a bare result nothing can be judged again.
            by: who asks for it.
            watch: whether campaigns on watch open cases, too; those that have one are followed in any case.

        Returns:
            The cases that are new or that somebody has to look at again.
        """
        from stillwatch.casework.cases.opening import Opening  # deferred: it brings what judges

        if isinstance(found, DetectionResult):
            from stillwatch.detection.replay.recording import record_of_result

            found = record_of_result(found)
        with self._writing() as here:
            if by != DETECTION:
                self._may(here.connection, by, Act.OPEN_CASES)
            return Opening(here, found, self._levels, by=by, watch=watch).run()

    def get(self, case_id: str) -> Case:
        """One case.

        Raises:
            StillwatchError: SW-CASE-01, there is none; the nearest id is named.
        """
        with self.database.read() as connection:
            return case_named(connection, case_id)

    def list(self, wanted: CaseFilter = _ALL) -> tuple[Case, ...]:
        """Cases, the most urgent first unless another order is wanted."""
        with self.database.read() as connection:
            return reading.listed(connection, wanted)

    def count(self, wanted: CaseFilter = _ALL) -> int:
        """How many there are, whatever ``most`` and ``skip`` say."""
        with self.database.read() as connection:
            return reading.counted(connection, wanted)

    def accounts(
        self, case_id: str, *, after: str = "", most: int = 1000, present: bool | None = None
    ) -> tuple[CaseAccount, ...]:
        """Accounts of a case in the order of their ids; those that are in it now, that were, or both.

        Raises:
            StillwatchError: SW-CASE-01, there is no such case.
        """
        with self.database.read() as connection:
            return reading.accounts(connection, case_id, after, most, present=present)

    def steps(self, case_id: str) -> tuple[CaseStep, ...]:
        """The case's history with that of cases it took in, oldest first."""
        with self.database.read() as connection:
            return reading.steps(connection, case_id)

    def tasks(self, case_id: str) -> tuple[CaseTask, ...]:
        """What is and was to be done."""
        with self.database.read() as connection:
            return reading.tasks(connection, case_id)

    def related(self, case_id: str, most: int = 10) -> tuple[RelatedCase, ...]:
        """Other cases that share evidence with it, the closest first."""
        with self.database.read() as connection:
            return related(connection, case_id, most)

    def snapshots(self, case_id: str) -> tuple[Snapshot, ...]:
        """What its verdicts rested on and when, oldest first."""
        with self.database.read() as connection:
            return snapshots.of_case(connection, number_of(connection, case_id))

    def campaign(self, case_id: str, evidence: str = "") -> CampaignRecord:
        """The campaign as it was concluded, from the latest snapshot or the one of that digest.

        Raises:
            StillwatchError: SW-CASE-01, there is no such case; SW-EVID-01 or SW-EVID-02, the evidence is gone or
                was changed.
        """
        from stillwatch.detection.replay.recorded import campaign_from

        with self.database.read() as connection:
            case = case_named(connection, case_id)
            return campaign_from(snapshots.content_of(connection, evidence or case.evidence))

    def replay(self, case_id: str, by: str, evidence: str | None = None) -> Replay:
        """Judge a case again from its snapshot, and say so in its history; see `evidence.replay.replay`."""
        from stillwatch.casework.evidence.replay import replay  # deferred: it brings what judges

        with self.database.read() as connection:
            self._may(connection, by, Act.READ_CASES)
            case = case_named(connection, case_id)
            found = replay(connection, self.ledger, number_of_case(case), case.case_id, evidence)
        self.note_replay(found, by)
        return found

    def note_replay(self, found: Replay, by: str) -> None:
        """Say in a case's history what came of judging it again."""
        with self._working(by, Act.READ_CASES) as here:
            case = here.case(found.case_id)
            words = "judged again: the same result" if found.same else "judged again: it differs"
            details = {"evidence": found.evidence, "same": found.same, "differences": len(found.differences)}
            here.step(number_of_case(case), here.ts, by, StepKind.REPLAYED, words, case.version)
            here.enter(StepKind.REPLAYED, case.case_id, by, here.ts, details)

    def claim(self, case_id: str, by: str, version: int) -> Case:
        """Take a case, so that nobody else works on it; see `acts.claim`."""
        with self._working(by, Act.WORK_CASES) as here:
            return acts.claim(here, here.case(case_id), by, version)

    def release(self, case_id: str, by: str, version: int, reason: str = "") -> Case:
        """Give a case back; somebody else's only a reviewer may, with a reason."""
        with self._working(by, Act.WORK_CASES) as here:
            case = here.case(case_id)
            if case.state is CaseState.CLAIMED and case.owner != by:
                self._reviewer(here.connection, by)
            return acts.release(here, case, by, version, reason)

    def skip(self, case_id: str, by: str, version: int, reason: str) -> Case:
        """Pass a case over; see `skipping.skip`."""
        with self._working(by, Act.WORK_CASES) as here:
            return skip(here, here.case(case_id), by, version, reason)

    def note(self, case_id: str, text: str, by: str, version: int | None = None) -> Case:
        """Write something down; without a version it is added to whatever the case has become."""
        with self._working(by, Act.WORK_CASES) as here:
            return acts.note(here, here.case(case_id), text, by, version)

    def task(
        self, case_id: str, text: str, by: str, *, assignee: str = "", due_ts: str | None = None
    ) -> CaseTask:
        """Add something to do."""
        with self._working(by, Act.WORK_CASES) as here:
            return acts.task(here, here.case(case_id), text, by, assignee, due_ts)

    def done(self, case_id: str, task_id: int, by: str) -> Case:
        """Tick off a task."""
        with self._working(by, Act.WORK_CASES) as here:
            return acts.done(here, here.case(case_id), task_id, by)

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
        """Conclude about everybody in the case as it was seen, but for some; only its owner may."""
        with self._working(by, Act.DECIDE_CASES) as here:
            return acts.decide(here, here.case(case_id), decision, by, version, reason, spare)

    def close(self, case_id: str, by: str, version: int, *, reason: str = "") -> Case:
        """End the work on a decided case."""
        with self._working(by, Act.WORK_CASES) as here:
            return acts.close(here, here.case(case_id), by, version, reason)

    def merge(self, into: str, other: str, by: str, versions: tuple[int, int], *, reason: str) -> Case:
        """Put ``other`` into ``into``; returns the case that goes on."""
        with self._working(by, Act.WORK_CASES) as here:
            return acts.merge(here, here.case(into), here.case(other), by, versions, reason)

    def reopen(self, case_id: str, by: str, version: int, *, reason: str) -> Case:
        """Take a decided or closed case up again."""
        with self._working(by, Act.WORK_CASES) as here:
            return acts.reopen(here, here.case(case_id), by, version, reason, self._levels)

    @contextlib.contextmanager
    def _working(self, by: str, act: Act) -> Iterator[Writing]:
        with self._writing() as here:
            self._may(here.connection, by, act)
            yield here

    def _writing(self) -> contextlib.AbstractContextManager[Writing]:
        return writing(self.database, self.ledger, self._now)

    def _may(self, connection: Connection, by: str, act: Act) -> None:
        """Raises StillwatchError where the person is unknown or may not."""
        if not by or by == DETECTION:
            raise StillwatchError(
                "a person has to answer for this", code="SW-CASE-11", hint="name them with --by"
            )
        if self._people is not None:
            may(self._people.get(by, connection), act)

    def _reviewer(self, connection: Connection, by: str) -> None:
        if self._people is not None and Role.REVIEWER not in self._people.get(by, connection).roles:
            raise StillwatchError(
                "only a reviewer takes a case from whoever claimed it",
                code="SW-CASE-12",
                hint="ask them to release it, or ask a reviewer",
            )
