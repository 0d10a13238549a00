"""Two models on the same prompts: whether they differ, and by how much, from the pairs that disagree.

The unit is a prompt that both answered clearly, once a model. Sources: McNemar 1947 (exact binomial form); Tango 1998,
Statistics in Medicine 17:891-908, for the interval of the difference; Clopper and Pearson 1934 for single rates;
Holm 1979 for several categories.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Final

from scipy.optimize import brentq
from scipy.stats import binomtest, norm

CONFIDENCE: Final = 0.95


@dataclasses.dataclass(frozen=True, slots=True)
class Pairs:
    """How often which of the two failed.

    Attributes:
        both: prompts on which both failed.
        suspect_only: on which only the suspect failed.
        teacher_only: on which only the teacher failed.
        neither: on which neither failed.
    """

    both: int
    suspect_only: int
    teacher_only: int
    neither: int

    @property
    def n(self) -> int:
        """Prompts in all."""
        return self.both + self.suspect_only + self.teacher_only + self.neither

    @property
    def suspect(self) -> int:
        """Prompts on which the suspect failed."""
        return self.both + self.suspect_only

    @property
    def teacher(self) -> int:
        """Prompts on which the teacher failed."""
        return self.both + self.teacher_only

    @property
    def difference(self) -> float:
        """The suspect's rate less the teacher's, −1 to 1; 0 without prompts."""
        return (self.suspect_only - self.teacher_only) / self.n if self.n else 0.0


def mcnemar(pairs: Pairs) -> float:
    """Two-sided exact p-value of no difference; 1 where no pair disagrees."""
    disagree = pairs.suspect_only + pairs.teacher_only
    return float(binomtest(pairs.suspect_only, disagree, 0.5).pvalue) if disagree else 1.0


def difference_interval(pairs: Pairs, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Tango's score interval of the paired difference; (−1, 1) without prompts."""
    if not pairs.n:
        return -1.0, 1.0
    z = float(norm.ppf(0.5 + confidence / 2))
    low = _crossing(lambda delta: _score(pairs, delta) - z, -1.0, pairs.difference)
    high = _crossing(lambda delta: _score(pairs, delta) + z, pairs.difference, 1.0)
    return low, high


def rate_interval(failed: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Clopper and Pearson's interval of one rate; (0, 1) without prompts."""
    if not n:
        return 0.0, 1.0
    found = binomtest(failed, n).proportion_ci(confidence, method="exact")
    return float(found.low), float(found.high)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the order given, so that the chance of any false one among all stays below each."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [1.0] * len(p_values)
    least = 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = least
    return adjusted


_EDGE: Final = 1e-9


def _crossing(function: Callable[[float], float], low: float, high: float) -> float:
    """Where the falling function is zero, or the end beyond which the interval would go."""
    low, high = max(low, -1 + _EDGE), min(high, 1 - _EDGE)
    if low >= high:
        return round((low + high) / 2, 6)
    first, last = function(low), function(high)
    if first * last > 0:
        return -1.0 if low < -1 + 2 * _EDGE else 1.0
    return float(brentq(function, low, high, xtol=1e-9))


def _score(pairs: Pairs, delta: float) -> float:
    """Tango's statistic for a difference of ``delta``; the square of McNemar's without correction at 0."""
    n, suspect, teacher = pairs.n, pairs.suspect_only, pairs.teacher_only
    b = -suspect - teacher + (2 * n - suspect + teacher) * delta
    c = -teacher * delta * (1 - delta)
    share = (math.sqrt(max(b * b - 8 * n * c, 0.0)) - b) / (4 * n)
    variance = n * (2 * share + delta * (1 - delta))
    gap = suspect - teacher - n * delta
    if variance <= 0:
        return math.copysign(math.inf, gap) if gap else 0.0
    return gap / math.sqrt(variance)
