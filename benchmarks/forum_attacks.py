"""Ways to poison a forum: the four of the first study, and six of our own."""

from __future__ import annotations

import dataclasses
from typing import Final

from benchmarks.forum import FALSE_RATE, SENSITIVITY, Week
from stillwatch.sharing.trust.history import Adjudicated, History

_PAIR: Final = ("member-5", "member-6")
_HALF: Final = SENSITIVITY / 2


@dataclasses.dataclass(slots=True)
class Attack:
    """Some members name innocents, week after week.

    Attributes:
        bad: who is bad.
        injected: innocents that each of them names a week.
        shared: whether they name the same ones.
        begins: first bad week; before it they are honest.
        every: after so many weeks they leave and join anew under other names; 0 for never.
        patience: honest weeks after joining.
        sensitivity: how well they report campaigns while bad.
        careless_rate: false rate of bad members that mean no harm, instead of injecting.
        blind_spots: innocents that every member takes for guilty with probability 0.3 a week.
        accused: a good member whose right reports are called false, half of them.
    """

    name: str
    bad: tuple[str, ...] = ()
    injected: int = 0
    shared: bool = True
    begins: int = 0
    every: int = 0
    patience: int = 0
    sensitivity: float = _HALF
    careless_rate: float = 0.0
    blind_spots: int = 0
    accused: str = ""

    def week(self, week: Week, members: dict[str, int]) -> dict[str, int]:
        """Everybody reports; gives the members of this week."""
        members = self._renamed(week.number, members)
        wicked = [m for m in members if m.split("/")[0] in self.bad and self._is_bad(week.number)]
        for member in members:
            if member not in wicked:
                week.honest(member)
            elif self.careless_rate:
                week.honest(member, false_rate=self.careless_rate)
            else:
                week.honest(member, self.sensitivity, FALSE_RATE)
            week.accuse(member, [spot for spot in range(self.blind_spots) if week.rng.random() < 0.3])
        agreed = week.some(self.injected)
        for place, member in enumerate(wicked):
            share = slice(None) if self.shared else slice(place, None, len(wicked))
            week.accuse(member, agreed[share])
        return members

    def adjudicating(self, week: Week, history: History) -> None:
        """What bad members add to the adjudications, where false-positive sightings count as such."""
        for reporters in week.campaigns:
            if self.accused in reporters and week.rng.random() < 0.5:
                history.add(Adjudicated(frozenset((self.accused,)), False, week.number))

    def _is_bad(self, number: int) -> bool:
        since = number % self.every if self.every else number
        return number >= self.begins and since >= self.patience

    def _renamed(self, number: int, members: dict[str, int]) -> dict[str, int]:
        if not self.every or number % self.every:
            return members
        stay = {member: joined for member, joined in members.items() if member.split("/")[0] not in self.bad}
        return stay | {f"{member}/{number}" if number else member: number for member in self.bad}


ATTACKS: Final = (
    Attack("none"),
    Attack("one bad", _PAIR[1:], 20),
    Attack("two colluding", _PAIR, 20),
    Attack("slow poison", _PAIR, 2),
    Attack("careless", _PAIR[1:], careless_rate=0.02),
    Attack("collusion split up", _PAIR, 20, shared=False),
    Attack("sleepers", _PAIR, 20, begins=26),
    Attack("slow sleepers", _PAIR, 1, begins=26, sensitivity=SENSITIVITY),
    Attack("rejoining", _PAIR, 20, every=8),
    Attack("patient rejoining", _PAIR, 2, every=6, patience=4, sensitivity=SENSITIVITY),
    Attack("common blind spots", blind_spots=5),
    Attack("false accusations", _PAIR, accused="member-1"),
)
