"""The entropy floor: what may be blinded, what may be shown in clear, and what is not shared at all.

Blinding does not save what can be guessed: whoever may ask the key service may ask for every value of a small set.
So the floor is set by what all members together could ask for within an epoch, with a margin, and an identifier that
stands below it is either harmless enough to be shown in clear under the gate's thresholds or stays in the lab.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import math
from typing import Final

from stillwatch.sharing.matching.entropy import bits
from stillwatch.sharing.matching.values import What

QUOTA_A_DAY: Final = 10_000
MEMBERS: Final = 6
EPOCH_DAYS: Final = 91
CHANCE: Final = 0.001
"""How likely all members together may be to hit on one identifier by guessing through an epoch."""

YOUNG_DOMAIN: Final = datetime.timedelta(days=365)


class Disposition(enum.StrEnum):
    """What may be done with an identifier."""

    BLIND = "blind"
    CLEAR = "clear"
    NEVER = "never"


@dataclasses.dataclass(frozen=True, slots=True)
class Exposure:
    """One kind of identifier, and what it takes to go through all of its values.

    Attributes:
        name: what it is.
        values: how many there are, or how many a guesser would try, as a round number.
        disposition: what may be done with it.
        reason: one clause.
    """

    name: str
    values: float
    disposition: Disposition
    reason: str

    @property
    def bits(self) -> float:
        """Its size in bits."""
        return math.log2(self.values)

    def days(self, quota: int = QUOTA_A_DAY, members: int = 1) -> float:
        """Days until so many members together have asked for every value."""
        return self.values / (quota * members)


EXPOSURES: Final = (
    Exposure("country", 250, Disposition.CLEAR, "coarse, and about no single person"),
    Exposure("client-library family", 300, Disposition.CLEAR, "a closed list of public names"),
    Exposure("autonomous system", 1.2e5, Disposition.CLEAR, "public, and about no single person"),
    Exposure("card prefix, 6 digits", 1e6, Disposition.NEVER, "guessed within an epoch by six members"),
    Exposure(
        "organisation domain, well known", 1e6, Disposition.NEVER, "public lists name them; a customer's name"
    ),
    Exposure(
        "user agent, common", 1e6, Disposition.NEVER, "public lists name them; its family is shown in clear"
    ),
    Exposure(
        "IPv4 network (/24)", 2**24, Disposition.NEVER, "a few epochs at the quota, minutes with the key"
    ),
    Exposure(
        "organisation domain, under a year old",
        4e7,
        Disposition.BLIND,
        "an exception below the floor: six members could try one in seven within an epoch",
    ),
    Exposure("card prefix, 8 digits", 1e8, Disposition.NEVER, "payment data; hours with the key"),
    Exposure("IPv4 address", 3.7e9, Disposition.NEVER, "personal data; days with the key"),
    Exposure("email address", 5e9, Disposition.NEVER, "personal data; lists of it are for sale"),
    Exposure("phone number", 1e10, Disposition.NEVER, "personal data; days with the key"),
    Exposure("card number", 1e15, Disposition.NEVER, "payment data that must not be kept at all"),
    Exposure("IPv6 network (/64)", 2**45, Disposition.NEVER, "the networks in use are few and known"),
    Exposure(
        "client fingerprint, unusual",
        2**33,
        Disposition.BLIND,
        "judged one by one by what a guesser must find",
    ),
    Exposure("payment reference", 2**95, Disposition.BLIND, "drawn at random by the payment network"),
)
"""By size; the figures are orders of magnitude, `make bench NAME=matching` measures the rates behind the reasons."""


def floor_bits(
    quota: int = QUOTA_A_DAY, members: int = MEMBERS, epoch_days: int = EPOCH_DAYS, chance: float = CHANCE
) -> float:
    """Bits an identifier needs so that guessing through a whole epoch hits it with no more than that chance."""
    return math.log2(quota * members * epoch_days / chance)


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """What the floor says about one identifier.

    Attributes:
        reason: one clause that quotes nothing of it; empty where it may be blinded.
    """

    disposition: Disposition
    reason: str = ""


def judge(
    what: What,
    normal: str,
    *,
    least_bits: float | None = None,
    registered: datetime.date | None = None,
    today: datetime.date | None = None,
    common: bool = False,
) -> Judged:
    """What may be done with one identifier.

    Args:
        what: its kind.
        normal: its normal form, see `normal_forms`.
        least_bits: the floor; that of the default quota unless given.
        registered: for domains, when it was registered; unknown counts as long ago.
        today: for domains, the present day.
        common: a warninglist names it.
    """
    floor = floor_bits() if least_bits is None else least_bits
    if common:
        return Judged(Disposition.NEVER, "a warninglist names it: many innocent parties share it")
    if what is What.ORGANIZATION_DOMAIN:
        if registered is None or today is None or today - registered > YOUNG_DOMAIN:
            return Judged(
                Disposition.NEVER, "the domain is not known to be under a year old, so lists may name it"
            )
        return Judged(Disposition.BLIND)
    found = bits(normal)
    if found >= floor:
        return Judged(Disposition.BLIND)
    if what is What.API_CLIENT:
        return Judged(
            Disposition.CLEAR,
            f"about {found:.0f} bits, below the floor of {floor:.0f}: share its client family",
        )
    return Judged(
        Disposition.NEVER, f"about {found:.0f} bits, below the floor of {floor:.0f}: it could be guessed"
    )
