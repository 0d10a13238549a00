"""How surprising it is that a model prefers what a key chose: sums over keyed units, whose chance is known exactly.

A unit is something that a key decided by chance, once: whether a token is favoured after a context, which of four
answers a canary gets. Whatever a model says was said without the key if it is innocent. So, given all texts, the only
chance left is the key's, unit by unit independent and of known odds, and any sum of what texts put on each unit has a
known distribution. Repetition adds weight to a unit, never another unit.

From the sum's moment generating function M follow a bound on the tail (Chernoff: the least of M(s)·exp(-s·x)) and
e-values (exp(s·x)/M(s) has mean 1 for each s fixed beforehand, and so has their mean; Vovk and Wang, arXiv 1912.06116).
"""

from __future__ import annotations

from typing import Final

import numpy as np

STEPS: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 13.0, 17.0, 22.0)
"""Tilts of the e-value, times the sum's standard deviation; fixed, so that nobody can choose them afterwards."""
_BOUND_STEPS: Final = np.geomspace(0.25, 40.0, 40)
_MOST_POWER: Final = 700.0
"""Beyond it numbers overflow. No tilt gets there unless a choice has odds below one in three hundred."""
LEAST_P: Final = 1e-300
MOST_E: Final = 1e300


class KeyedSum:
    """The sum over keyed units of what texts put on the key's choice, under innocence.

    Args:
        values: float (units, choices): what texts put on each choice of a unit.
        chance: float, of a shape that goes with ``values``: the odds of each choice; each row sums to 1.
        times: how many units are like each row; one where it is not given.

    Attributes:
        mean: of the sum under innocence.
        spread: its standard deviation; 0 where the texts put nothing on any choice.
        units: how many units it has whose value is not the same for every choice.
        effective: how many equal units would spread as much for their weight; at most ``units``.
    """

    def __init__(self, values: np.ndarray, chance: np.ndarray, times: np.ndarray | None = None) -> None:
        times = np.ones(len(values)) if times is None else times
        means = (values * chance).sum(axis=1)
        centred = values - means[:, None]
        variances = (centred**2 * chance).sum(axis=1)
        matters = variances > 0
        self.mean = float((means * times).sum())
        self.spread = float(np.sqrt((variances * times).sum()))
        self.units = int(times[matters].sum())
        fourth = float((variances**2 * times).sum())
        self.effective = self.spread**4 / fourth if fourth > 0 else 0.0
        # choices along the first axis, where summing over them is quick
        self._centred = np.ascontiguousarray(centred[matters].T)
        self._chance = np.ascontiguousarray(np.broadcast_to(chance, values.shape)[matters].T)
        self._times = times[matters]
        self._tilts = np.array(STEPS) / (self.spread or 1.0)
        self._bound_tilts = _BOUND_STEPS / (self.spread or 1.0)
        self._logs = self._cumulants(self._tilts)
        self._bound_logs = self._cumulants(self._bound_tilts)

    def p(self, total: float) -> float:
        """A bound on the chance of a sum of at least this, under innocence."""
        excess = total - self.mean
        least = float((self._bound_logs - self._bound_tilts * excess).min())
        return float(np.exp(min(0.0, max(least, np.log(LEAST_P)))))

    def e(self, total: float) -> float:
        """The e-value of a sum: its mean under innocence is 1."""
        logs = self._tilts * (total - self.mean) - self._logs
        top = float(logs.max())
        return float(min(MOST_E, np.exp(min(top, np.log(MOST_E))) * np.exp(logs - top).mean()))

    def score(self, total: float) -> float:
        """How many standard deviations a sum lies above its mean."""
        return (total - self.mean) / self.spread if self.spread else 0.0

    def _cumulants(self, tilts: np.ndarray) -> np.ndarray:
        """Logarithms of the moment generating function at each tilt, about the mean."""
        found = np.empty(len(tilts))
        for place, tilt in enumerate(tilts):
            grown = np.exp(np.minimum(tilt * self._centred, _MOST_POWER))
            found[place] = np.dot(np.log((grown * self._chance).sum(axis=0)), self._times)
        return found


def score_needed(alpha: float) -> float:
    """The score at which an e-value of 1/alpha is to be expected, whichever tilt fits."""
    return float(np.sqrt(2 * np.log(len(STEPS) / alpha)))
