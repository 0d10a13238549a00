"""How often so many members of a block reported together, and how often that was right."""

from __future__ import annotations

import collections
import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.sharing.trust.history import History
    from stillwatch.sharing.trust.independence import Block

RECENT_WEEKS: Final = 4
"""A block is as wrong as in all its past or as in these weeks, whichever is worse: who turns is noticed at once."""

_PSEUDO: Final = 0.5


class BlockCounts:
    """Counts of the adjudicated past.

    Args:
        history: what became of indicators.
        blocks: members put together by common errors, every member in one.
        innocents_a_week: how many innocent things members together could report in a week, estimated low.
        now: the present week.
    """

    def __init__(self, history: History, blocks: Sequence[Block], innocents_a_week: float, now: int) -> None:
        share = history.adjudicated_share()
        self._weeks = max(history.weeks(now), 1.0)
        self._innocents = max(innocents_a_week * self._weeks * share, 1.0)
        self._recent_innocents = max(innocents_a_week * RECENT_WEEKS * share, 1.0)
        self._genuine = 1.0
        self._right: collections.defaultdict[tuple[Block, int], float] = collections.defaultdict(float)
        self._wrong: collections.defaultdict[tuple[Block, int], float] = collections.defaultdict(float)
        self._recently: collections.defaultdict[tuple[Block, int], float] = collections.defaultdict(float)
        self._exactly: collections.defaultdict[frozenset[str], float] = collections.defaultdict(float)
        for outcome, weight in history.weighted(now):
            keys = [(block, n) for block in blocks if (n := len(block & outcome.reporters))]
            if outcome.genuine:
                self._genuine += weight
                self._exactly[outcome.reporters] += weight
            for key in keys:
                (self._right if outcome.genuine else self._wrong)[key] += weight
                self._recently[key] += not outcome.genuine and now - outcome.week <= RECENT_WEEKS

    @property
    def log_odds_before(self) -> float:
        """The odds that a thing is genuine before anybody reports it, as a natural logarithm."""
        return math.log(self._genuine / self._innocents)

    def log_ratio(self, block: Block, number: int) -> float:
        """How much likelier so many reports of a block are for a genuine thing, as a natural logarithm."""
        if number:
            return math.log(self._right_share(block, number) / self._wrong_share(block, number))
        numbers = range(1, len(block) + 1)
        silent = 1.0 - sum(self._right[block, k] for k in numbers) / self._genuine
        quiet = 1.0 - sum(self._wrong[block, k] for k in numbers) / self._innocents
        return math.log(max(silent, 1.0 / self._genuine)) - math.log(max(quiet, 0.5))

    def usual(self, reporters: frozenset[str]) -> int:
        """How many indicators of exactly these reporters a week may bring before it is a wave."""
        mean = self._exactly[reporters] / self._weeks
        return 1 + math.floor(mean + 2.0 * math.sqrt(mean))

    def _right_share(self, block: Block, number: int) -> float:
        return (self._right[block, number] + _PSEUDO) / self._genuine

    def _wrong_share(self, block: Block, number: int) -> float:
        ever = (self._wrong[block, number] + _PSEUDO) / self._innocents
        recently = (self._recently[block, number] + _PSEUDO) / self._recent_innocents
        return max(ever, recently if self._weeks > RECENT_WEEKS else ever)
