"""An appeal: an account holder says that a measure was wrong, and another person than those behind it answers."""

from __future__ import annotations

import dataclasses
import enum


class AppealState(enum.StrEnum):
    """Where an appeal stands."""

    RECEIVED = "received"
    CLAIMED = "claimed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Outcome(enum.StrEnum):
    """How an appeal ends: the measure is upheld, or it is overturned."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


class Reach(enum.StrEnum):
    """How much an overturned appeal takes back."""

    ACCOUNT = "account"  # the campaign may stand, this account was no part of it
    CASE = "case"  # the case itself was wrong, for everybody in it


class Standing(enum.StrEnum):
    """How an appeal stands with its clock."""

    IN_TIME = "in time"
    DUE = "due"  # within a day
    OVERDUE = "overdue"
    ESCALATED = "escalated"  # before counsel
    DONE = "done"


@dataclasses.dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal as it stood at one version.

    Attributes:
        appeal_id: ``apl-`` and 26 characters that sort by time.
        version: grows by one with every change; a change names the version it saw.
        account_id: whose measure it is about.
        case_id: the case the measure rests on; empty where no case was opened.
        words: what the account holder wrote; theirs, and shown to nobody but people of this lab.
        reference: the support system's own number for it; empty for none.
        filed_by: who brought it in: the support system's name.
        received_ts: RFC 3339, as all times here.
        due_ts: by when it has to be answered.
        owner: who claimed it; empty while nobody has.
        escalated_ts: when it went to counsel; None where it did not. ``escalated_by`` goes with it.
        escalated_by: see ``escalated_ts``.
        outcome: how it ended; None before. ``reach``, ``reason``, ``decided_by`` and ``decided_ts`` go with it.
        reach: see ``outcome``; None where it was upheld.
        reason: the reviewer's own, for the record; the account holder is told the statement of reasons instead.
        decided_by: see ``outcome``.
        decided_ts: see ``outcome``.
        earlier: how many appeals of the same account about the same case were decided before this one.
    """

    appeal_id: str
    version: int
    state: AppealState
    account_id: str
    case_id: str
    words: str
    reference: str
    filed_by: str
    received_ts: str
    due_ts: str
    owner: str = ""
    escalated_ts: str | None = None
    escalated_by: str = ""
    outcome: Outcome | None = None
    reach: Reach | None = None
    reason: str = ""
    decided_by: str = ""
    decided_ts: str | None = None
    earlier: int = 0

    @property
    def waiting(self) -> bool:
        """Whether somebody still has to answer it."""
        return self.state in (AppealState.RECEIVED, AppealState.CLAIMED)
