"""How far the mix of a window's exchanges departs from the site's usual windows.

A window's mean traits vary for two reasons: few exchanges (less with every further one), and accounts being different
(the same however many). Both are measured on reference windows of the site. What departs more than both explain is
compared with the chance of a mix in which a share of the exchanges came from elsewhere, in whatever direction: no
direction is learned. Covariance as in Lee et al., NeurIPS 2018; the task of arXiv 2606.05725 (2026).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import linalg

from stillwatch.detection.contract import percent
from stillwatch.detection.single.traits import NAMES, SHARES

if TYPE_CHECKING:
    from stillwatch.detection.single.traits import Summary

FOREIGN_SHARES: Final = (1.0, 0.5, 0.2, 0.1, 0.05)
"""Shares of a window that may come from elsewhere; each as likely as the other."""

FOREIGN_SHIFT: Final = 0.3
"""Expected squared shift of what comes from elsewhere, in variances of single exchanges along each axis."""

_RIDGE: Final = 0.02
_LEAST_VARIANCE: Final = 1e-3


@dataclasses.dataclass(frozen=True, slots=True)
class Usual:
    """The site's usual windows, along axes on which single exchanges vary independently and alike.

    Attributes:
        mean: float64 (traits).
        axes: float64 (traits, traits).
        between: float64 (traits): variance of windows' true means along each axis, in variances of an exchange.
        within_trait: float64 (traits): variance of exchanges in each trait.
        between_trait: float64 (traits): variance of windows' true means in each trait.
    """

    mean: Any
    axes: Any
    between: Any
    within_trait: Any
    between_trait: Any

    @classmethod
    def of(cls, reference: Summary) -> Usual:
        """Measured on reference windows, at least two."""
        known = ~np.isnan(reference.means)
        mean = np.sum(np.where(known, reference.means, 0.0), axis=0) / np.maximum(known.sum(axis=0), 1)
        apart = np.where(known, reference.means - mean, 0.0)
        freedom = max(int((reference.lengths - 1).sum()), 1)
        within = reference.scatter / freedom
        within += np.diag(_LEAST_VARIANCE + _RIDGE * np.diag(within))
        between = apart.T @ apart / max(len(apart) - 1, 1) - within * float(np.mean(1.0 / reference.lengths))
        variances, axes = linalg.eigh(between, within)
        return cls(
            mean,
            axes,
            np.maximum(variances, 0.0),
            np.diag(within).copy(),
            np.maximum(np.diag(between), 0.0),
        )

    def decibans(self, summary: Summary) -> Any:
        """Evidence of each window that part of it comes from elsewhere, float64 (windows)."""
        apart = np.nan_to_num(summary.means - self.mean, nan=0.0) @ self.axes
        usual = 1.0 / summary.lengths[:, None] + self.between
        terms = []
        for share in FOREIGN_SHARES:
            other = usual + share**2 * FOREIGN_SHIFT
            terms.append(0.5 * (apart**2 * (1 / usual - 1 / other) - np.log(other / usual)).sum(axis=1))
        mixed = np.logaddexp.reduce(terms, axis=0) - np.log(len(FOREIGN_SHARES))
        return mixed * 10.0 / np.log(10.0)

    def sentence(self, mean: Any, length: int) -> str:
        """What stands out most about one window, in words.

        Args:
            mean: float64 (traits): the window's means.
            length: its exchanges.
        """
        spread = np.sqrt(self.within_trait / length + self.between_trait)[: len(NAMES)]
        apart = np.nan_to_num(mean - self.mean, nan=0.0)[: len(NAMES)] / spread
        place = int(np.argmax(np.abs(apart)))
        if place < len(SHARES):
            return (
                f"{percent(float(mean[place]))} of its requests {NAMES[place]} "
                f"(usual here {percent(max(float(self.mean[place]), 0.0))})"
            )
        times = 2.0 ** float(mean[place] - self.mean[place])
        return f"its {NAMES[place]} are {times:.2f} times as long as is usual here"
