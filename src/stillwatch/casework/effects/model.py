"""Orders from a case to enforcement, and what became of them."""

from __future__ import annotations

import dataclasses
import enum

from stillwatch.core.appeal import Reach  # noqa: TC001 - orders are read back from JSON by these types
from stillwatch.core.decision import Action, Limits, Mode


class OrderState(enum.StrEnum):
    """How far an order got."""

    ASKED = "asked"  # a second person has to approve it first
    WAITING = "waiting"  # for enforcement
    DONE = "done"
    REFUSED = "refused"  # by a second person or by enforcement; `trouble` says why


class Effect(enum.StrEnum):
    """What an order did to a decision, or found about it."""

    TAKEN = "taken"
    ENDED = "ended"
    DEPENDENT = "dependent"  # rested on a retracted indicator alone, and was ended with it
    REVIEW = "to review"  # rests on something taken back among other things: a person has to look
    REMAINS = "remains"  # is about the same account, and rests on something else


@dataclasses.dataclass(frozen=True, slots=True)
class Measure:
    """What is to be done about a case's accounts.

    Attributes:
        accounts: whom it is about.
        ttl: seconds; None for a block without end, which two persons answer for.
        reason: one sentence, without prompt text.
        campaign_id: the campaign behind the case as it was last seen; empty for none.
    """

    accounts: tuple[str, ...]
    action: Action
    mode: Mode
    ttl: float | None
    reason: str
    limits: Limits = dataclasses.field(default_factory=Limits)
    campaign_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Undoing:
    """What is to be taken back.

    Attributes:
        accounts: who must be let go and not be decided about by a rule again; every account of the case where the
            reach is the case.
        campaigns: ids that detection gave to the campaign behind the case.
        indicators: ids of indicators that the case gave to others and that are retracted.
        reason: one sentence, without prompt text.
    """

    reach: Reach
    accounts: tuple[str, ...]
    campaigns: tuple[str, ...]
    indicators: tuple[str, ...]
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Ending:
    """A measure ended before its time; says nothing about whether anybody is guilty.

    Attributes:
        order_id: the order that took the measure.
        accounts: whom that was about.
        reason: one sentence, without prompt text.
    """

    order_id: str
    accounts: tuple[str, ...]
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """One order to enforcement.

    Attributes:
        order_id: ``ord-`` and 26 characters that sort by time.
        case_id: the case behind it; empty for an appeal against a measure without one.
        appeal_id: the appeal behind it; empty for none.
        by: who answers for it. ``approved_by`` is the second person; empty where none is needed.
        approval_id: what a second person has to grant; empty where none is needed.
        content: what is to be done.
        epoch: of the store of decisions that carried it out; empty before.
        decisions_version: the version of that store which a gateway has to reach to have it.
        trouble: why it could not be carried out yet, or was refused; empty for no trouble.
    """

    order_id: str
    case_id: str
    appeal_id: str
    by: str
    approved_by: str
    content: Measure | Undoing | Ending
    ordered_ts: str
    approval_id: str = ""
    state: OrderState = OrderState.WAITING
    epoch: str = ""
    decisions_version: int = 0
    done_ts: str | None = None
    trouble: str = ""

    @property
    def lifts(self) -> bool:
        """Whether it takes something back."""
        return isinstance(self.content, Undoing)


@dataclasses.dataclass(frozen=True, slots=True)
class Touched:
    """A decision that an order made, ended or met.

    Attributes:
        why: what it rests on, where it was not simply made or ended.
    """

    decision_id: str
    effect: Effect
    scope: str
    value: str
    action: str
    mode: str
    why: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """An order carried out.

    Attributes:
        epoch: of the store of decisions.
        version: of that store once everything was in it.
    """

    epoch: str
    version: int
    touched: tuple[Touched, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class GatewayReport:
    """What a gateway last said about itself.

    Attributes:
        known: whether its version is one that the store has given out.
        seen_ts: RFC 3339.
    """

    name: str
    epoch: str
    version: int
    known: bool
    seen_ts: str


@dataclasses.dataclass(frozen=True, slots=True)
class Confirmation:
    """How a gateway stands with an order.

    Attributes:
        version: the last it reported.
        confirmed_ts: when its report first covered the order; None while it is pending.
        seen_ts: when it was last heard of.
    """

    gateway: str
    version: int
    confirmed_ts: str | None
    seen_ts: str
