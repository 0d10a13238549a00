"""The rows of the received store as other parts see them: an indicator with where it came from, a match, a mark."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.core.indicator import Indicator, IndicatorKind, Marking, Sighting

ANONYMOUS = "anonymous"
"""The reporter of what was published without saying whose it is."""


class SignatureState(enum.StrEnum):
    """What was found when the object's signature was checked on receipt."""

    VERIFIED = "verified"
    UNSIGNED = "unsigned"  # nothing proves that its member signed it, or nobody looked
    INVALID = "invalid"


@dataclasses.dataclass(frozen=True, slots=True)
class Provenance:
    """Where something came from and since when it is known.

    Attributes:
        hub: name of the hub in the membership file.
        reporter: the member who reported it; `ANONYMOUS` where the hub does not say.
        signature: what checking its signature gave.
        version: its ``modified`` time at the hub, RFC 3339.
        first_received: when it was first pulled, RFC 3339.
        last_received: when its latest version was pulled.
        revoked_at: when its retraction was received; None while it stands.
        acknowledged_at: when the hub was told that the retraction was carried out here.
    """

    hub: str
    reporter: str
    signature: SignatureState
    version: str
    first_received: str
    last_received: str
    revoked_at: str | None = None
    acknowledged_at: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ReceivedIndicator:
    """An indicator that another member reported.

    Attributes:
        weight: 0 to 1: how far the reporter's word counts, as worked out when it was pulled.
        seen_week: Monday of the latest week in which anybody says to have seen it.
    """

    indicator: Indicator
    provenance: Provenance
    weight: float
    seen_week: str


@dataclasses.dataclass(frozen=True, slots=True)
class ReceivedSighting:
    """What another member found when it looked for an indicator."""

    sighting: Sighting
    provenance: Provenance


@dataclasses.dataclass(frozen=True, slots=True)
class ReceivedAdvisory:
    """What another member describes: a campaign as a whole, or a text that counsel released. It weighs nothing.

    Attributes:
        title: of a text; the hub's name of a campaign.
        text: empty for a campaign.
        techniques: MITRE ATLAS ids; none for a text.
        accounts: class of how many accounts; empty for a text, and so are the weeks.
        marking: how far it may travel.
    """

    advisory_id: str
    title: str
    text: str
    techniques: tuple[str, ...]
    accounts: str
    first_week: str
    last_week: str
    marking: Marking
    provenance: Provenance


class Pivot(enum.StrEnum):
    """By what of one's own traffic a mark is met."""

    ACCOUNT = "account"
    PAYMENT = "payment"
    CLIENT = "client"
    ASN = "asn"


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """An indicator that was met in one's own traffic.

    Attributes:
        value: an account id, the lab's own pseudonym (decimal) of a payment or client, or the number of a system.
        first_ts: first exchange that carried it, RFC 3339.
        last_ts: last one.
        exchanges: how many did.
    """

    indicator_id: str
    pivot: Pivot
    value: str
    first_ts: str
    last_ts: str
    exchanges: int


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """What detection needs to know of one received indicator: how to tell its bearers, and what it is worth.

    Attributes:
        pivot: by what its bearers are told.
        value: see `Match`.
        kind: the indicator's.
        weight: 0 to 1, the reporter's weight times the reported confidence.
        seen_us: end of the week in which it was last seen, microseconds since 1970 UTC; it grows old from then on.
        received_us: when it was received; before that it was not known here.
        since_us: of an account, when it first showed the mark; before that it did not bear it.
    """

    indicator_id: str
    pivot: Pivot
    value: str
    kind: IndicatorKind
    weight: float
    seen_us: int
    received_us: int
    since_us: int = 0
