"""Isolation forest: is an account's behaviour unlike anybody's?

**Looks at** how few random cuts it takes to set an account apart in the space of its behaviour: volume, rhythm, sizes,
spread over addresses and models, sharing, age. Not its words.

**As used here**: fitted to the accounts of the history where there is one, else to the log itself.

**Known to miss** attackers cloned from honest customers: they are no outliers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stillwatch.range.baselines.behaviour import behaviour
from stillwatch.range.baselines.contract import Knobs, Scores, choices, defaults, whole
from stillwatch.range.baselines.training import SEED, scikit_learn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic


class IsolationForest:
    """Behaviour that stands apart."""

    name = "isolation_forest"
    title = "Isolation forest"
    references = ("Liu, Ting, Zhou: Isolation forest, ICDM 2008",)
    about = "Sets accounts of unusual behaviour apart by random cuts; fitted to the history without labels."
    knobs = defaults(trees=200, sample=512)
    grid = choices(sample=(256, 2048))
    learns = False
    single = False

    def judge(self, traffic: Traffic, knobs: Knobs) -> Scores:
        """The forest's anomaly score, about 0.5 for the usual; NaN for accounts without a row."""
        reference = traffic if traffic.history is None else traffic.history
        key = ("isolation forest", *sorted(knobs.items()))
        middle, forest = reference.remembered(key, lambda: _fit(reference, knobs))
        seen = traffic.grouped().sizes > 0
        scores = np.full(len(traffic.accounts), np.nan)
        if seen.any():
            scores[seen] = -forest.score_samples(_filled(behaviour(traffic)[seen], middle))
        return Scores(scores)


def _fit(reference: Traffic, knobs: Knobs) -> tuple[NDArray[np.float64], Any]:
    """Middle values of the features, and the forest."""
    table = behaviour(reference)[reference.grouped().sizes > 0]
    known = np.isfinite(table)
    middle = np.asarray(
        [
            np.median(column[real]) if real.any() else 0.0
            for column, real in zip(table.T, known.T, strict=True)
        ]
    )
    forest = scikit_learn("ensemble").IsolationForest(
        n_estimators=whole(knobs, "trees"),
        max_samples=min(whole(knobs, "sample"), len(table)),
        random_state=SEED,
    )
    return middle, forest.fit(_filled(table, middle))


def _filled(table: NDArray[np.float64], middle: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is missing counts as the middle: no evidence either way."""
    return np.where(np.isfinite(table), table, middle)


BASELINE = IsolationForest()
