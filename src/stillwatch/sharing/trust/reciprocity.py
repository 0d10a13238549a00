"""Who gives gets: how soon a member is told what others found, by what it gave itself.

Only time differs. Nobody is shut out, and retractions, advisories and what goes to government are told to everybody at
once: an exchange among competitors must not turn into a club that decides who may know of an attack. What counts is
adjudicated: being right, checking others' indicators, and nothing for volume.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
from typing import Final

GRACE_WEEKS: Final = 13
"""So long a new member is told at once whatever it gives."""

_POINTS_GENUINE: Final = 3
_POINTS_CHECKED: Final = 1
_POINTS_FALSE: Final = -2
_FULL_FROM: Final = 6
_BASIC_FROM: Final = 1


class Tier(enum.StrEnum):
    """How soon a member is told."""

    FULL = "full"
    BASIC = "basic"
    RESTRICTED = "restricted"

    @property
    def delay(self) -> datetime.timedelta:
        """How long after the others."""
        return {
            Tier.FULL: datetime.timedelta(0),
            Tier.BASIC: datetime.timedelta(days=3),
            Tier.RESTRICTED: datetime.timedelta(days=14),
        }[self]


@dataclasses.dataclass(frozen=True, slots=True)
class Contribution:
    """What a member gave in the last 26 weeks.

    Attributes:
        genuine: its indicators found right.
        false: its indicators found wrong; those it took back itself before a review do not count.
        checked: sightings on others' indicators whose adjudication agreed.
        weeks: how long it has been a member.
    """

    genuine: int = 0
    false: int = 0
    checked: int = 0
    weeks: int = 0

    @property
    def points(self) -> int:
        """Three for being right, one for a check that held, two off for being wrong.

        Being wrong counts at most as often as being right: whoever gives is never put last by what others call false.
        """
        wrong = min(self.false, self.genuine)
        return _POINTS_GENUINE * self.genuine + _POINTS_CHECKED * self.checked + _POINTS_FALSE * wrong


def tier(contribution: Contribution) -> Tier:
    """How soon a member is told; low enough for a small lab, as two right reports or six checks suffice."""
    if contribution.points >= _FULL_FROM or contribution.weeks < GRACE_WEEKS:
        return Tier.FULL
    return Tier.BASIC if contribution.points >= _BASIC_FROM else Tier.RESTRICTED
