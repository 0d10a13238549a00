"""Arithmetic of e-values: multiplied where the chance behind them is independent, averaged where it is the same.

An e-value is a number whose mean under innocence is at most 1; by Markov's inequality it exceeds 1/a in at most a share
a of all cases. Both operations keep that (Vovk and Wang, arXiv 1912.06116).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from stillwatch.attribution.keyed_sums import LEAST_P, MOST_E


def averaged(values: Iterable[float]) -> float:
    """One e-value from several that may depend on each other in any way."""
    found = list(values)
    return math.fsum(min(value, MOST_E) / len(found) for value in found) if found else 1.0


def multiplied(values: Iterable[float]) -> float:
    """One e-value from several that are independent, such as those of keys drawn apart."""
    total = 0.0
    for value in values:
        if value <= 0.0:
            return 0.0
        total += math.log(value)
    return math.exp(min(max(total, math.log(LEAST_P)), math.log(MOST_E)))


def calibrated(p: float) -> float:
    """An e-value from a p-value alone: the mean of k·p^(k-1) over k in (0, 1).

    Raises:
        ValueError: it is no p-value.
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError("a p-value lies between 0 and 1")
    p = max(p, LEAST_P)
    log = math.log(p)
    if log > -1e-4:  # where the formula would subtract nearly equal numbers; its limit is 1/2
        return 0.5
    return min(MOST_E, (1.0 - p + p * log) / (p * log * log))
