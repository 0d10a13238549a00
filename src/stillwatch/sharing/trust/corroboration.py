"""How far reports of several members can be relied on together, given who tends to err with whom.

The odds that an indicator is genuine are its odds before any report times, for each independent block of members, how
much likelier so many of its reports are for a genuine thing than for an innocent one, both read off the adjudicated
past. Silence counts as well. Two rules stand beside the odds, for what no past shows: two members corroborate each
other only once enough of what both reported was found right, and a sudden wave that rests on one group alone waits
for adjudication.
"""

from __future__ import annotations

import collections
import dataclasses
import itertools
import math
from collections.abc import Collection, Sequence
from typing import Final

from stillwatch.sharing.trust.history import History
from stillwatch.sharing.trust.independence import Block, blocks
from stillwatch.sharing.trust.standing import Record, records

RELY_ABOVE: Final = 0.9
PAIR_AT_LEAST: Final = 0.5
"""Two members vouch for each other where, with 90 % probability, at least this share of their common reports is right."""

SOURCES_BEYOND_WAVES: Final = 3
"""So many independent members may bring as much as they like; two may have agreed to."""

_PSEUDO: Final = 0.5


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
        members: everybody who may report now.
        now: the present week.
        innocents_a_week: how many innocent things members together could report in a week, estimated low: a figure of
            the forum, not of any member.
        rely_above: probability from which an indicator is relied on.
    """

    def __init__(
        self,
        history: History,
        members: Collection[str],
        now: int,
        *,
        innocents_a_week: float = 1_000.0,
        rely_above: float = RELY_ABOVE,
    ) -> None:
        self._rely_above = rely_above
        self._weeks = history.weeks(now)
        self._records = records(history, now)
        self.blocks = blocks(history, members, innocents_a_week, now)
        share = history.adjudicated_share()
        self._innocents = max(innocents_a_week * max(self._weeks, 1.0) * share, 1.0)
        self._genuine = 0.0
        self._counts: dict[tuple[Block, int], list[float]] = collections.defaultdict(lambda: [0.0, 0.0])
        self._exactly: collections.Counter[frozenset[str]] = collections.Counter()
        for outcome, weight in history.weighted(now):
            self._genuine += weight if outcome.genuine else 0.0
            self._exactly[outcome.reporters] += weight if outcome.genuine else 0.0  # type: ignore[assignment]
            for block in self.blocks:
                number = len(block & outcome.reporters)
                if number:
                    self._counts[block, number][0 if outcome.genuine else 1] += weight

    def record(self, member: str) -> Record:
        """What came of a member's reports."""
        return self._records.get(frozenset((member,)), Record())

    def probability(self, reporters: frozenset[str]) -> float:
        """How probable it is that what exactly these members report is genuine."""
        genuine = self._genuine + 1.0
        odds = math.log(genuine / self._innocents)
        for block in self.blocks:
            odds += self._log_ratio(block, len(block & reporters), genuine)
        return 1.0 / (1.0 + math.exp(-max(min(odds, 500.0), -500.0)))

    def week(self, reported: Sequence[frozenset[str]]) -> list[Support]:
        """Judge what a week brought, in the order given.

        Args:
            reported: for each indicator the members that reported it.
        """
        waves: collections.Counter[frozenset[str]] = collections.Counter()
        judged = []
        for reporters in reported:
            support = self._judged(reporters)
            if support.relied_on:
                waves[reporters] += 1
                if self._sources(reporters) < SOURCES_BEYOND_WAVES and waves[reporters] > self._usual(reporters):
                    support = dataclasses.replace(
                        support, relied_on=False, reason="more than the same group ever brought; waits for review"
                    )
            judged.append(support)
        return judged

    def _judged(self, reporters: frozenset[str]) -> Support:
        probability = self.probability(reporters)
        if len(reporters) < 2:
            return Support(probability, False, "one member alone does not establish anything")
        if not any(self._vouched(*pair) for pair in itertools.combinations(sorted(reporters), 2)):
            return Support(probability, False, "no two of its reporters have been right together often enough")
        if probability < self._rely_above:
            return Support(probability, False, "its reporters' errors are not independent enough, or too many")
        return Support(probability, True, "independent reports of members that were right before")

    def _vouched(self, one: str, other: str) -> bool:
        """Whether two members corroborate each other: of different blocks, and right together often enough."""
        if any({one, other} <= block for block in self.blocks):
            return False
        return self._records.get(frozenset((one, other)), Record()).at_least() >= PAIR_AT_LEAST

    def _sources(self, reporters: frozenset[str]) -> int:
        """How many independent blocks reported."""
        return sum(bool(block & reporters) for block in self.blocks)

    def _log_ratio(self, block: Block, number: int, genuine: float) -> float:
        """How much likelier so many reports of a block are for a genuine thing, as a natural logarithm."""
        if number:
            right, wrong = self._counts[block, number]
            return math.log(((right + _PSEUDO) / genuine) / ((wrong + _PSEUDO) / self._innocents))
        seen = [self._counts[block, k] for k in range(1, len(block) + 1)]
        silent = max(1.0 - sum(both[0] for both in seen) / genuine, 1.0 / genuine)
        quiet = max(1.0 - sum(both[1] for both in seen) / self._innocents, 0.5)
        return math.log(min(silent, 1.0) / quiet)

    def _usual(self, reporters: frozenset[str]) -> int:
        """How many indicators of exactly these reporters a week may bring before it is a wave."""
        mean = self._exactly[reporters] / max(self._weeks, 1.0)
        return 1 + math.floor(mean + 3.0 * math.sqrt(mean))
