"""Mahalanobis: does the mean of an account's queries lie far from what accounts usually ask?

**Looks at** the distance of the account's mean query to a Gaussian fitted to honest accounts.

**As used here**: the Gaussian is fitted to the accounts of the history (to the log's own where there is none): the
covariance between account means, and within accounts divided by the number of queries, because the mean of few queries
wanders more.

**Known to miss** attackers who ask about everything, as their mean is everybody's mean.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

from stillwatch.range.baselines.contract import Knobs, Scores, choices, defaults, number, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic


class Mahalanobis:
    """A mean that is far off."""

    name = "mahalanobis"
    title = "Mahalanobis distance"
    references = (
        "Lee et al.: A simple unified framework for detecting out-of-distribution samples, NeurIPS 2018",
        "as a baseline of extraction detection: arXiv 2606.05725 (2026)",
    )
    about = "Measures how far the mean of an account's queries lies from a Gaussian fitted to accounts of the history."
    knobs = defaults(least=5, shrink=0.1)
    grid = choices(least=(5, 20), shrink=(0.02, 0.2))
    learns = False
    single = True

    def judge(self, traffic: Traffic, knobs: Knobs) -> Scores:
        """Squared distance; NaN for accounts with fewer than ``least`` queries."""
        least, shrink = whole(knobs, "least"), number(knobs, "shrink")
        reference = traffic if traffic.history is None else traffic.history
        fitted: _Gaussian = reference.remembered(
            ("mahalanobis", least, shrink), lambda: _fit(reference, least, shrink)
        )
        means, sizes = _means(traffic)
        spread = (means - fitted.centre) @ fitted.axes
        distance = (spread**2 / (fitted.between + 1.0 / np.maximum(sizes, 1)[:, None])).sum(axis=1)
        return Scores(np.where(sizes >= least, distance, np.nan))


@dataclasses.dataclass(frozen=True, slots=True)
class _Gaussian:
    """Means of accounts, in axes in which the covariance within an account is the unit matrix.

    Attributes:
        centre: float64 [width].
        axes: float64 [width, width].
        between: float64 [width], variance of accounts along each axis.
    """

    centre: NDArray[np.float64]
    axes: NDArray[np.float64]
    between: NDArray[np.float64]


def _means(traffic: Traffic) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Mean vector and number of queries of each account."""
    accounts, sizes = len(traffic.accounts), traffic.grouped().sizes
    columns = [np.bincount(traffic.account, column, accounts) for column in traffic.dense.T]
    return np.column_stack(columns) / np.maximum(sizes, 1)[:, None], sizes


def _fit(reference: Traffic, least: int, shrink: float) -> _Gaussian:
    """The Gaussian of a reference's accounts with at least that many queries."""
    means, sizes = _means(reference)
    chosen = means[sizes >= least]
    width = reference.dense.shape[1]
    if len(chosen) < 2:
        return _Gaussian(np.zeros(width), np.eye(width), np.ones(width))
    rest = reference.dense - means[reference.account].astype(np.float32)
    within = _shrunk((rest.T @ rest).astype(np.float64) / max(len(rest), 1), shrink)
    between = np.cov(chosen.T) - within * float(np.mean(1.0 / sizes[sizes >= least]))
    variances, axes = linalg.eigh(_shrunk(between, shrink), within)
    return _Gaussian(chosen.mean(axis=0), axes, np.maximum(variances, 0.0))


def _shrunk(covariance: NDArray[np.float64], shrink: float) -> NDArray[np.float64]:
    """A covariance drawn towards a multiple of the unit matrix, so that it can be inverted."""
    width = len(covariance)
    level = max(float(np.trace(covariance)) / width, 1e-9)
    return (1 - shrink) * covariance + shrink * level * np.eye(width)


BASELINE = Mahalanobis()
