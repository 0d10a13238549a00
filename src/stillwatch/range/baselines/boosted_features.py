"""Gradient-boosted account features: what a supervised model makes of an account's behaviour.

**Looks at** the same behaviour as the isolation forest, but with labels: boosted trees fitted to a training world.

**As used here**: trees are fitted anew in every run, to a world of the training split of the same kind, and applied
to the log in question. Every campaign weighs the same while fitting, whatever its size. Nothing fitted is kept.

**Known to miss** camouflage that the training world did not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stillwatch.range.baselines.behaviour import behaviour
from stillwatch.range.baselines.contract import Knobs, Scores, choices, defaults, number, whole
from stillwatch.range.baselines.training import SEED, account_weights, one_thread, scikit_learn, training_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic, Training


class BoostedFeatures:
    """Behaviour known from training."""

    name = "boosted_features"
    title = "Gradient-boosted account features"
    references = (
        "Friedman: Greedy function approximation, a gradient boosting machine, Annals of Statistics 2001",
    )
    about = "Boosted trees on account behaviour, fitted to a labelled world of the training split."
    knobs = defaults(rate=0.06, rounds=200, leaves=15)
    grid = choices(leaves=(7, 31), rounds=(100, 300))
    learns = True
    single = False

    def judge(self, traffic: Traffic, knobs: Knobs) -> Scores:
        """The trees' log-odds; NaN for accounts without a row."""
        training = training_of(traffic, self.name)
        key = ("boosted", *sorted(knobs.items()))
        known, model = training.traffic.remembered(key, lambda: _fit(training, knobs))
        seen = traffic.grouped().sizes > 0
        scores = np.full(len(traffic.accounts), np.nan)
        if seen.any():
            with one_thread():
                scores[seen] = model.decision_function(behaviour(traffic)[seen][:, known])
        return Scores(scores)


def _fit(training: Training, knobs: Knobs) -> tuple[NDArray[np.bool_], Any]:
    """Which features the training world has, and trees fitted to them."""
    seen = training.traffic.grouped().sizes > 0
    model = scikit_learn("ensemble").HistGradientBoostingClassifier(
        learning_rate=number(knobs, "rate"),
        max_iter=whole(knobs, "rounds"),
        max_leaf_nodes=whole(knobs, "leaves"),
        early_stopping=False,
        random_state=SEED,
    )
    table = behaviour(training.traffic)[seen]
    known: NDArray[np.bool_] = np.asarray(np.isfinite(table).any(axis=0))
    with one_thread():
        return known, model.fit(
            table[:, known], training.attack[seen], sample_weight=account_weights(training)[seen]
        )


BASELINE = BoostedFeatures()
