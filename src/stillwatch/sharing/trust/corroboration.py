"""How far reports of several members can be relied on together, given who tends to err with whom.

The odds that an indicator is genuine are its odds before any report times, for each independent block of members, how
much likelier so many of its reports are for a genuine thing than for an innocent one, both read off the adjudicated
past (`block_counts`). Silence counts as well. Three rules stand beside the odds, for what no past shows: two members
vouch for each other only once enough of what both reported was found right; two newcomers never do while there are
older members; and a sudden wave that rests on two members alone waits for review.
"""

from __future__ import annotations

import collections
import dataclasses
import itertools
import math
from typing import TYPE_CHECKING, Final

from stillwatch.sharing.trust.block_counts import BlockCounts
from stillwatch.sharing.trust.independence import blocks
from stillwatch.sharing.trust.standing import Record, records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.sharing.trust.history import History

RELY_ABOVE: Final = 0.9
PAIR_AT_LEAST: Final = 0.5
SURE: Final = 0.8
"""Two members vouch for each other where, with 80 % probability, at least half of their common reports is right."""

NEWCOMER_WEEKS: Final = 13
SOURCES_BEYOND_WAVES: Final = 3
"""So many independent members may bring as much as they like; two may have agreed to."""


@dataclasses.dataclass(frozen=True, slots=True)
class Support:
    """How far an indicator can be relied on.

    Attributes:
        probability: that it is genuine, 0 to 1.
        relied_on: whether it may count as established evidence with members who have not seen it themselves.
        reason: one sentence that names no member.
    """

    probability: float
    relied_on: bool
    reason: str


class Corroboration:
    """The state of trust in one week; made anew when outcomes come in.

    Args:
        history: what became of indicators.
        members: everybody who may report now, with the week in which they joined.
        now: the present week.
        innocents_a_week: how many innocent things members together could report in a week, estimated low: a figure of
            the forum, not of any member.
        rely_above: probability from which an indicator is relied on.
    """

    def __init__(
        self,
        history: History,
        members: Mapping[str, int],
        now: int,
        *,
        innocents_a_week: float = 1_000.0,
        rely_above: float = RELY_ABOVE,
    ) -> None:
        self._rely_above = rely_above
        self._records = records(history, now)
        self.blocks = blocks(history, members, innocents_a_week, now)
        self._counts = BlockCounts(history, self.blocks, innocents_a_week, now)
        founded = min(members.values(), default=now)
        self._newcomers = {m for m, week in members.items() if founded < week and now - week < NEWCOMER_WEEKS}

    def record(self, *members: str) -> Record:
        """What came of the reports of a member, or of what two reported together."""
        return self._records.get(frozenset(members), Record())

    def probability(self, reporters: frozenset[str]) -> float:
        """How probable it is that what exactly these members report is genuine."""
        odds = self._counts.log_odds_before
        for block in self.blocks:
            odds += self._counts.log_ratio(block, len(block & reporters))
        return 1.0 / (1.0 + math.exp(-max(min(odds, 500.0), -500.0)))

    def believed(self, reporters: frozenset[str]) -> float:
        """How far what these members report is to be believed by one that weighs it among its own evidence, 0 to 1.

        All are wrong only if every independent source is, so sources add up as a noisy-or; a source of several members
        is worth what came of what they said together, and never more than the worst of them alone. It establishes
        nothing: that is what `week` decides.
        """
        doubt = 1.0
        for block in self.blocks:
            if speaking := sorted(block & reporters):
                doubt *= 1.0 - self._precision(speaking)
        return 1.0 - doubt

    def week(self, reported: Sequence[frozenset[str]]) -> list[Support]:
        """Judge what a week brought, in the order given.

        Args:
            reported: for each indicator the members that reported it.
        """
        waves: collections.Counter[frozenset[str]] = collections.Counter()
        judged = []
        for reporters in reported:
            support = self._judged(reporters)
            if support.relied_on and self._sources(reporters) < SOURCES_BEYOND_WAVES:
                waves[reporters] += 1
                if waves[reporters] > self._counts.usual(reporters):
                    support = Support(
                        support.probability,
                        False,
                        "more than its two reporters ever brought alone; waits for review",
                    )
            judged.append(support)
        return judged

    def _precision(self, members: Sequence[str]) -> float:
        """Of a source: the worst record of any two of its members that speak, or of the one that does."""
        if len(members) == 1:
            return self.record(members[0]).precision
        pairs = itertools.combinations(members, 2)
        alone = min(self.record(each).precision for each in members)
        return min(alone, *(self.record(*pair).precision for pair in pairs))

    def _judged(self, reporters: frozenset[str]) -> Support:
        probability = self.probability(reporters)
        if len(reporters) < 2:
            return Support(probability, False, "one member alone establishes nothing")
        if not any(self._vouched(*pair) for pair in itertools.combinations(sorted(reporters), 2)):
            return Support(
                probability, False, "no two independent reporters have been right together often enough"
            )
        if probability < self._rely_above:
            return Support(probability, False, "its reporters were wrong too often, alone or together")
        return Support(probability, True, "independent reports of members that were right before")

    def _vouched(self, one: str, other: str) -> bool:
        """Whether two members vouch for each other: not both new, of different blocks, and right together before."""
        if {one, other} <= self._newcomers or any({one, other} <= block for block in self.blocks):
            return False
        return self.record(one, other).at_least(SURE) >= PAIR_AT_LEAST

    def _sources(self, reporters: frozenset[str]) -> int:
        """How many independent blocks reported."""
        return sum(bool(block & reporters) for block in self.blocks)
