"""A case: one campaign that people look at, from its first alarm until somebody has answered for an end."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.core.verdict import Call


class CaseState(enum.StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    DECIDED = "decided"
    CLOSED = "closed"
    MERGED = "merged"


class CaseDecision(enum.StrEnum):
    """What a person concluded about the campaign behind a case."""

    CONFIRMED = "confirmed"  # it is adversarial distillation
    INNOCENT = "innocent"  # there is an honest cause
    UNDECIDED = "undecided"  # the evidence does not carry either way; it stays under watch


class Priority(enum.StrEnum):
    """How soon somebody has to look, by how much leaks an hour; the most urgent first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


_FROM_AN_HOUR = ((100.0, Priority.URGENT), (10.0, Priority.HIGH), (1.0, Priority.NORMAL))


def priority_of(leak_rate: float) -> Priority:
    """The priority of a leak rate in exchanges an hour.

    Public recipes train a student on about a thousand curated exchanges: at 100 an hour they are gone within a
    working day, at 10 within a week, at 1 within two months.
    """
    return next((name for least, name in _FROM_AN_HOUR if leak_rate >= least), Priority.LOW)


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One case as it stood at one version.

    Attributes:
        case_id: ``case-`` and a number.
        version: grows by one with every change; a change names the version it saw.
        verdict: of the campaign, as detection last saw it.
        score: likewise; 0 to 1.
        leak_rate: exchanges of the campaign's demand an hour, lately.
        accounts: how many accounts belong to it now.
        exchanges: exchanges of the campaign's demand.
        leaked: how many of them were answered before the first alarm.
        first_ts: of the demand (RFC 3339, as all times here); ``last_ts`` likewise.
        last_ts: see ``first_ts``.
        campaigns: ids that detection gave to the campaign, the latest first.
        owner: who claimed it; empty while nobody has.
        opened_ts: when it was opened, ``changed_ts`` when it was last changed by a person or by detection.
        changed_ts: see ``opened_ts``.
        seen_ts: when detection last saw the campaign.
        due_ts: by when it has to be decided.
        decision: what was last decided; None before. It stands while a case that was reopened waits for another.
            ``decided_by``, ``decided_ts`` and ``reason`` go with it.
        decided_by: see ``decision``.
        decided_ts: see ``decision``.
        reason: see ``decision``.
        spared: accounts that the decision leaves out.
        merged_into: the case that took it in; empty otherwise.
        split_from: the case it came out of; empty otherwise.
        evidence: content address of the latest snapshot of what the verdict rests on; empty where none was taken.
    """

    case_id: str
    version: int
    state: CaseState
    verdict: Call
    score: float
    priority: Priority
    leak_rate: float
    accounts: int
    exchanges: int
    leaked: int
    first_ts: str
    last_ts: str
    first_alarm_ts: str | None
    campaigns: tuple[str, ...]
    owner: str
    opened_ts: str
    changed_ts: str
    seen_ts: str
    due_ts: str
    decision: CaseDecision | None = None
    decided_by: str = ""
    decided_ts: str | None = None
    reason: str = ""
    spared: tuple[str, ...] = ()
    merged_into: str = ""
    split_from: str = ""
    evidence: str = ""

    @property
    def waiting(self) -> bool:
        """Whether somebody still has to decide."""
        return self.state in (CaseState.OPEN, CaseState.CLAIMED)

    def overdue(self, now_ts: str) -> bool:
        """Whether it should have been decided by now, or was decided too late."""
        return (now_ts if self.waiting else self.decided_ts or now_ts) > self.due_ts


@dataclasses.dataclass(frozen=True, slots=True)
class CaseAccount:
    """One account of a case.

    Attributes:
        verdict: on the account, as last seen: ``attack`` or ``watch``.
        campaign_exchanges: how many of its exchanges belong to the campaign's demand.
        first_alarm_ts: when it was first called ``attack``.
        present: whether detection still counts it in; who was in once stays listed.
        covered: whether the last decision was about it, spared or not; who joined since waits for another.
    """

    account_id: str
    verdict: Call
    exchanges: int
    campaign_exchanges: int
    first_alarm_ts: str | None
    present: bool = True
    covered: bool = False


class StepKind(enum.StrEnum):
    """What a step in a case's history was."""

    OPENED = "opened"
    CHANGED = "changed"  # detection saw the campaign change
    CLAIMED = "claimed"
    RELEASED = "released"
    SKIPPED = "skipped"  # by somebody who works through the queue
    NOTED = "noted"
    TASKED = "tasked"
    DONE = "done"  # a task
    DECIDED = "decided"
    CLOSED = "closed"
    REOPENED = "reopened"
    OVERTURNED = "overturned"  # by an appeal, for one account or altogether
    MERGED = "merged"
    SPLIT = "split"
    REPLAYED = "replayed"
    RETAINED = "retained"
    SHREDDED = "shredded"


@dataclasses.dataclass(frozen=True, slots=True)
class CaseStep:
    """One step in a case's history.

    Attributes:
        by: who did it; ``detection`` for the program.
        text: a note as it was written, the reason of a decision, or what changed; no prompt text.
        version: of the case afterwards.
    """

    step_id: int
    ts: str
    by: str
    kind: StepKind
    text: str
    version: int


@dataclasses.dataclass(frozen=True, slots=True)
class CaseTask:
    """Something that has to be done about a case.

    Attributes:
        assignee: who is to do it; empty for whoever owns the case.
        due_ts: RFC 3339; None for no date.
        done_ts: when it was done; None while it is not.
    """

    task_id: int
    ts: str
    by: str
    text: str
    assignee: str
    due_ts: str | None
    done_ts: str | None = None
    done_by: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class RelatedCase:
    """Another case that shares evidence with one.

    Attributes:
        weight: how much they share, to sort by; without a unit.
        shared: what, in sentences.
    """

    case_id: str
    weight: float
    shared: tuple[str, ...]
