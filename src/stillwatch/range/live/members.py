"""The members of a live campaign: who works, who is lost, who took over from whom."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclasses.dataclass(slots=True)
class Member:
    """One account of a campaign.

    Attributes:
        number: of the account in the world.
        cap: most spare load it may save up.
        lost: blocked, or failed verification: nothing is sent from it any more.
        joined: whether it was bought while the campaign ran.
        spare: extra harvest it could send now without exceeding its ceiling.
        slowed_until: while its requests are known to be refused, in ms.
        heirs: accounts that work off what it was planned to do.
        cover: its streams that are not harvest; ``owed`` cover traffic not sent yet.
        sent: requests sent beyond the plan, the source of serial numbers.
    """

    number: int
    cap: float
    lost: bool = False
    joined: bool = False
    spare: float = 0.0
    slowed_until: int = 0
    heirs: tuple[int, ...] = ()
    cover: tuple[int, ...] = ()
    owed: float = 0.0
    sent: int = 0


class Members:
    """All members of a campaign by the number of their account."""

    def __init__(self) -> None:
        self._by_number: dict[int, Member] = {}

    def __iter__(self) -> Iterator[Member]:
        return iter(self._by_number.values())

    def __len__(self) -> int:
        return len(self._by_number)

    def __getitem__(self, number: int) -> Member:
        return self._by_number[number]

    def add(self, member: Member) -> None:
        """Take one in."""
        self._by_number[member.number] = member

    def in_charge(self, number: int, serial: int) -> Member | None:
        """Who works off a planned line of a member: itself, one of its heirs, or nobody."""
        member = self._by_number[number]
        while member.lost:
            if not member.heirs:
                return None
            member = self._by_number[member.heirs[serial % len(member.heirs)]]
        return member

    def willing(self, now: int, *, joined_only: bool = False) -> list[Member]:
        """Who could take more load now, those with most to spare first."""
        found = [
            member
            for member in self
            if not member.lost
            and member.spare >= 1.0
            and member.slowed_until <= now
            and (member.joined or not joined_only)
        ]
        return sorted(found, key=lambda member: (-member.spare, member.number))
