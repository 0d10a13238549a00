"""What a disclosure consists of: what is proposed, what stays in the lab and why, and how far it got."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from stillwatch.core.indicator import Indicator, IndicatorKind, Marking


class RefusalLike(Protocol):
    """A rule of the gate that a field breaks."""

    @property
    def field(self) -> str:
        """Path of the field; never a value."""
        ...

    @property
    def rule(self) -> str:
        """The rule's name."""
        ...

    @property
    def sentence(self) -> str:
        """Why, in plain words; quotes no value."""
        ...


class TemplateLike(Protocol):
    """A template found among prompts."""

    @property
    def template(self) -> object:
        """The signature; its text is an indicator's value."""
        ...

    @property
    def prompts(self) -> int:
        """How many of the prompts looked at carry it."""
        ...

    @property
    def accounts(self) -> int:
        """How many accounts sent them."""
        ...


class Templates(Protocol):
    """Takes prompts one after the other and keeps none of them; a keyed MinHash stands behind it."""

    def prompt(self, account: str, text: str) -> bool:
        """Take a prompt; False once no more are wanted."""
        ...

    def other(self, account: str, text: str) -> None:
        """Take a prompt of an account outside the case, once all of the case's have been taken."""
        ...

    def found(self) -> Sequence[TemplateLike]:
        """The templates, the most used first."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class BlindAnswer:
    """What came of blinding.

    Attributes:
        values: an indicator's value for each identifier that may be shared blinded.
        withheld: for each other one, why not, without quoting it.
    """

    values: Mapping[str, str]
    withheld: Mapping[str, str]


Blind = Callable[[str, Sequence[str]], BlindAnswer]
"""Blinds identifiers of a kind (``payment``, ``api_client``) with the help of a key service."""

GateCheck = Callable[["Indicator"], Sequence[RefusalLike]]
"""What the antitrust gate has against an indicator; nothing where it may pass."""

CommonPlace = Callable[[str], str]
"""Why an address is common to many innocent customers, as a clause that does not quote it; empty where it is not."""

Envelope = Callable[[Sequence["Indicator"], datetime.date], bytes]
"""The exact bytes that would leave, made on that day."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ports:
    """What disclosure needs of others.

    Attributes:
        gate: the antitrust gate.
        envelope: writes indicators as they are sent.
        templates: finds templates; None where no key of the forum is there.
        blind: blinds identifiers; None where no key service is named.
        least_accounts: an indicator describes at least so many.
        common_place: knows addresses that many share; a network met mostly there does not leave. None knows of none.
    """

    gate: GateCheck
    envelope: Envelope
    templates: Templates | None = None
    blind: Blind | None = None
    least_accounts: int = 10
    common_place: CommonPlace | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Proposal:
    """An indicator, with what it says in a sentence for those who decide; the sentence stays in the lab."""

    indicator: Indicator
    says: str


@dataclasses.dataclass(frozen=True, slots=True)
class Withheld:
    """Something about the case that does not leave, and why."""

    kind: IndicatorKind
    why: str


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """What of a case would leave.

    Attributes:
        evidence: digest of the snapshot that it is drawn from.
        withheld: what stays in the lab, the gate's refusals among it.
        refused: how many indicators the gate refused.
    """

    case_id: str
    case_version: int
    evidence: str
    marking: Marking
    proposals: tuple[Proposal, ...]
    withheld: tuple[Withheld, ...]
    refused: int

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators alone."""
        return tuple(each.indicator for each in self.proposals)


class Stage(enum.StrEnum):
    """How far a disclosure got."""

    WAITING = "waiting"  # for a reviewer and for counsel
    APPROVED = "approved"  # by both, and not released yet
    RELEASED = "released"
    REFUSED = "refused"
    LAPSED = "lapsed"


@dataclasses.dataclass(frozen=True, slots=True)
class Disclosure:
    """One request to let something out.

    Attributes:
        disclosure_id: ``dsc-`` and 26 characters that sort by time.
        destination: the hub, by the name it has here; ``author`` this lab's identity there.
        author: see ``destination``.
        body: the exact bytes; ``digest`` their BLAKE3, which is what was approved.
        digest: see ``body``.
        made_day: the day that the bytes say they were made on.
        released_ts: when it went into the outbox; None before.
    """

    disclosure_id: str
    case_id: str
    case_version: int
    evidence: str
    destination: str
    author: str
    marking: Marking
    indicators: tuple[Indicator, ...]
    body: bytes
    digest: str
    made_day: str
    approval_id: str
    requested_ts: str
    requested_by: str
    released_ts: str | None
    stage: Stage
    needs: tuple[str, ...]
