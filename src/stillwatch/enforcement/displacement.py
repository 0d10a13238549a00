"""The statistics of the displacement test: does what one account is kept from doing turn up at another?

Time is cut into short cells. In each, a fair coin for each account of a small panel says whether it is slowed. If the
accounts do not serve one queue, nobody else does anything because of these coins, so whatever is found at others
after a cell goes with "slowed" and with "left alone" equally often. That follows from the coins alone: no
distribution is assumed, no independence of accounts, no absence of rhythms, trends or shared exercises.
"""

from __future__ import annotations

import bisect
import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

_BOLD: Final = (0.5, 0.8, 0.95, 0.99)
_WARY: Final = (0.05, 0.1, 0.2, 0.4)
_EXHAUSTIVE: Final = 16
_MOST_DRAWS: Final = 20_000
_FEWEST_DRAWS: Final = 2_000
_SIGNS: Final = 10_000_000
"""About so many coins are drawn in all."""
_WEIGHTS: Final = {"moved": 0.8, "load": 0.1, "novel": 0.1}
MEASURES: Final = tuple(_WEIGHTS)


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What was seen of one cell.

    Attributes:
        asked: by account of the panel, its requests in the cell that said something new to the cluster.
        moved: of those, how many had what was new in them asked by another account afterwards.
        stayed: of those, how many had it asked again by the same account or its organisation, and by nobody else.
        load: requests of the accounts outside the panel, in the cell.
        novel: clauses they were the first to use, in the cell.
    """

    asked: Mapping[str, int]
    moved: Mapping[str, int]
    load: int
    novel: int
    stayed: Mapping[str, int] = dataclasses.field(default_factory=dict)


class Wager:
    """Evidence that grows while differences have the sign of displacement, and may be looked at after each.

    A gambler stakes a share of the purse on the next difference being positive, at fair odds; less where it is smaller
    than most so far (sizes say nothing about the coin, so they may be looked at). Without displacement the purse is
    a martingale that starts at 1, so the chance that it ever reaches 1/α is at most α (Ville): one may stop whenever
    it does. The purse is the mean over several stakes.

    Args:
        stakes: shares of the purse, each below 1.
        quantile: of the sizes so far, from which on a difference counts in full.
    """

    def __init__(self, stakes: Sequence[float], quantile: float) -> None:
        self._stakes = np.array(stakes)
        self._quantile = quantile
        self._purses = np.ones(len(stakes))
        self._sizes: list[float] = []

    @property
    def value(self) -> float:
        """The purse: an e-value."""
        return float(self._purses.mean())

    def add(self, difference: float) -> float:
        """Take the next difference, whose sign a fair coin gave; returns the purse."""
        if difference:
            bisect.insort(self._sizes, abs(difference))
            full = self._sizes[int(self._quantile * (len(self._sizes) - 1))]
            self._purses *= 1.0 + self._stakes * max(-1.0, min(1.0, difference / full))
        return self.value


class Evidence:
    """All measures together: the weighted mean of their purses, which is an e-value again.

    Attributes:
        differences: by measure, signed by the coins.
        best: the largest e-value so far; its inverse is the p-value that is valid at any time.
        against: e-value against the hypothesis that at least a share ``least`` of the work that slowed accounts were
            kept from, and that was seen again, moves. What is never seen again in the same words was answered, was
            given up, waits, or was written anew, and says nothing.
        asked, moved, stayed: requests of slowed accounts, how many of them turned up elsewhere, and how many at the
            same account again.
    """

    def __init__(self, least: float) -> None:
        self._wagers = {
            name: Wager(_BOLD, 0.0) if name == "moved" else Wager(_WARY, 0.5) for name in MEASURES
        }
        self._totals = {"load": 0.0, "novel": 0.0}
        self._cells = 0
        self._least = least
        self.differences: dict[str, list[float]] = {name: [] for name in MEASURES}
        self.best = 1.0
        self.against = 1.0
        self.asked = 0
        self.moved = 0
        self.stayed = 0

    @property
    def value(self) -> float:
        """The e-value for displacement."""
        return sum(weight * self._wagers[name].value for name, weight in _WEIGHTS.items())

    @property
    def anytime_p(self) -> float:
        """A p-value that holds however often one looked and whenever one stopped."""
        return min(1.0, 1.0 / self.best)

    def add(self, outcome: Outcome, slowed: Mapping[str, bool], pull: float) -> float:
        """Take a cell; returns the e-value.

        Args:
            outcome: what was seen.
            slowed: by account of the panel, how its coin fell.
            pull: how much of the panel's usual load the coins slowed, above what they slow on average.
        """
        for account, fell in sorted(slowed.items()):
            moved = outcome.moved.get(account, 0)
            self._take("moved", float(moved if fell else -moved))
            if fell:
                self._count(outcome.asked.get(account, 0), moved, outcome.stayed.get(account, 0))
        for name, total in self._totals.items():
            seen = float(getattr(outcome, name))
            if self._cells:
                self._take(name, pull * (seen - total / self._cells))
            self._totals[name] = total + seen
        self._cells += 1
        self.best = max(self.best, self.value)
        return self.value

    def exact_p(self) -> float:
        """The randomisation p-value over all coins: of the most telling measure, times their number."""
        return min(1.0, len(MEASURES) * min(exact_p(each) for each in self.differences.values()))

    def _take(self, name: str, difference: float) -> None:
        if difference:
            self.differences[name].append(difference)
            self._wagers[name].add(difference)

    def at_most(self, alpha: float) -> float:
        """The largest share of work seen again that may move; a larger one would have shown, with a risk of alpha.

        It holds whenever one looks: the end of the confidence sequence that a mixture of Beta(1/2, 1/2) gives for a
        share (Robbins, 1970). 1 where nothing was seen again.
        """
        moved, stayed = self.moved, self.stayed
        if not stayed:
            return 1.0
        mixed = math.lgamma(moved + 0.5) + math.lgamma(stayed + 0.5) - math.lgamma(moved + stayed + 1.0)
        least = mixed - math.log(math.pi) + math.log(alpha)
        low, high = moved / (moved + stayed), 1.0
        for _ in range(40):
            middle = (low + high) / 2
            likelihood = (moved * math.log(middle) if moved else 0.0) + stayed * math.log1p(-middle)
            low, high = (middle, high) if likelihood >= least else (low, middle)
        return high

    def _count(self, asked: int, moved: int, stayed: int) -> None:
        """Stake on each request seen again that it was not elsewhere."""
        stake = 0.9 / (1.0 - self._least)
        self.asked += asked
        self.moved += moved
        self.stayed += stayed
        self.against *= (1.0 + stake * self._least) ** stayed
        self.against *= (1.0 + stake * (self._least - 1.0)) ** moved


def exact_p(differences: Sequence[float]) -> float:
    """How many of all ways in which the coins could have fallen give a sum at least as large as the one seen.

    All ways are gone through up to 16 coins; beyond that some thousands of them are drawn and the one seen is counted
    among them, which keeps the p-value valid.

    Args:
        differences: signed by the coins.
    """
    seen = np.array([each for each in differences if each != 0.0])
    if not seen.size:
        return 1.0
    total = seen.sum() - 1e-9
    if seen.size <= _EXHAUSTIVE:
        signs = np.array(list(itertools.product((1.0, -1.0), repeat=seen.size)))
        return float(((signs @ np.abs(seen)) >= total).mean())
    dice = np.random.default_rng(0)
    draws = max(_FEWEST_DRAWS, min(_MOST_DRAWS, _SIGNS // seen.size))
    sums = np.zeros(draws)
    for size in np.abs(seen):
        sums += np.where(dice.random(draws) < 0.5, size, -size)
    return float(((sums >= total).sum() + 1) / (draws + 1))
