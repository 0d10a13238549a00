"""From scores to accusations: the threshold that finds most at a promised precision, and what it gives."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PROMISED: Final = 0.95
"""Precision that a threshold has to reach."""

FEWEST: Final = 20
"""Attack accounts that have to be found at that precision; fewer are luck. Never more than a tenth of all."""


@dataclasses.dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold and what it gave where it was chosen.

    Attributes:
        value: accounts with at least this score are accused.
        reached: it reaches the promised precision; otherwise it is the one with the highest F1.
    """

    value: float
    precision: float
    recall: float
    reached: bool

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def rank(self) -> tuple[bool, float]:
        """Higher is better: reaching the promise first, then recall, or F1 where it is not reached."""
        return self.reached, self.recall if self.reached else self.f1


def best_threshold(scores: NDArray[np.float64], attack: NDArray[np.bool_]) -> Threshold:
    """The threshold with the highest recall at the promised precision, else with the highest F1.

    Args:
        scores: float64 [accounts]; NaN is never accused.
        attack: bool [accounts], the truth.
    """
    known = np.isfinite(scores)
    order = np.argsort(-scores[known], kind="stable")
    ranked, truth = scores[known][order], attack[known][order]
    total = int(attack.sum())
    if not len(ranked) or not total:
        return Threshold(np.inf, 0.0, 0.0, reached=False)
    last = np.append(ranked[1:] < ranked[:-1], True)  # accounts of one score are accused together
    found = np.cumsum(truth)[last]
    accused = (np.arange(len(ranked)) + 1)[last]
    precision, recall = found / accused, found / total
    enough = (precision >= PROMISED) & (found >= min(FEWEST, max(total // 10, 1)))
    f1 = 2 * found / (accused + total)
    place = int(np.argmax(np.where(enough, recall, -1.0) if enough.any() else f1))
    levels = ranked[last]
    value = (levels[place] + levels[place + 1]) / 2 if place + 1 < len(levels) else levels[place]
    return Threshold(float(value), float(precision[place]), float(recall[place]), bool(enough.any()))
