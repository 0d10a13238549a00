"""Content classifier: does an account's wording look like that of known campaigns?

**Looks at** each exchange with a linear model on hashed words and word pairs; an account is as suspect as the mean
of its three most suspect exchanges, so that honest traffic cannot dilute it.

**As used here**: logistic regression by stochastic gradient, fitted anew in every run to the exchanges of a world
of the training split, with which of them were made for a campaign as labels. Nothing fitted is kept.

**Known to miss** families that training did not have: it is a memory of known wording (.71 seen, .003 unseen in
trials).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.range.baselines.contract import Knobs, Scores, choices, defaults, number
from stillwatch.range.baselines.traffic import BUCKETS
from stillwatch.range.baselines.training import SEED, scikit_learn, training_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Terms, Traffic, Training

_MOST_BENIGN: Final = 120_000
_MOST_HARVEST: Final = 60_000
_TOP: Final = 3
_BLOCK: Final = 65_536


class ContentClassifier:
    """Wording known from training."""

    name = "content_classifier"
    title = "Content classifier"
    references = (
        "Joulin et al.: Bag of tricks for efficient text classification, EACL 2017 (hashed n-grams, linear model)",
    )
    about = "A linear model on each exchange's words, fitted to a training world; an account scores its top three."
    knobs = defaults(penalty=1e-05)
    grid = choices(penalty=(1e-06, 1e-05, 0.0001))
    learns = True
    single = True

    def judge(self, traffic: Traffic, knobs: Knobs) -> Scores:
        """Mean log-odds of the account's three most suspect exchanges; NaN for accounts without a row."""
        training = training_of(traffic, self.name)
        penalty = number(knobs, "penalty")
        weights, offset = training.traffic.remembered(("content", penalty), lambda: _fit(training, penalty))
        return Scores(_top_mean(traffic, _apply(traffic.terms, weights) + offset))


def _fit(training: Training, penalty: float) -> tuple[NDArray[np.float32], float]:
    """Weight of each term place, and the offset."""
    linear, sparse_array = scikit_learn("linear_model"), _scipy_array
    rng = np.random.Generator(np.random.PCG64(SEED))
    rows = np.sort(
        np.concatenate(
            [
                _some(rng, np.flatnonzero(training.harvest), _MOST_HARVEST),
                _some(rng, np.flatnonzero(~training.harvest), _MOST_BENIGN),
            ]
        )
    )
    labels = training.harvest[rows]
    if labels.all() or not labels.any():
        return np.zeros(BUCKETS, np.float32), 0.0
    model = linear.SGDClassifier(
        loss="log_loss", alpha=penalty, class_weight="balanced", max_iter=12, tol=None, random_state=SEED
    )
    model.fit(sparse_array(training.traffic.terms.take(rows)), labels)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _some(rng: np.random.Generator, rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most that many of the rows."""
    return rows if len(rows) <= most else rng.choice(rows, most, replace=False)


def _scipy_array(terms: Terms) -> Any:
    """Terms as scikit-learn wants them."""
    from scipy import sparse

    parts = (terms.weights, terms.places.astype(np.int32), terms.starts.astype(np.int32))
    return sparse.csr_matrix(parts, shape=(len(terms.starts) - 1, BUCKETS))


def _apply(terms: Terms, weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """The linear model on every exchange, in blocks so that memory stays small."""
    rows = len(terms.starts) - 1
    out = np.zeros(rows)
    for begin in range(0, rows, _BLOCK):
        starts = terms.starts[begin : min(begin + _BLOCK, rows) + 1]
        part = slice(int(starts[0]), int(starts[-1]))
        sums = np.zeros(part.stop - part.start + 1)
        np.cumsum(weights[terms.places[part]] * terms.weights[part], out=sums[1:], dtype=np.float64)
        out[begin : begin + len(starts) - 1] = np.diff(sums[starts - starts[0]])
    return out


def _top_mean(traffic: Traffic, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each account's highest few."""
    order = np.lexsort((-scores, traffic.account))
    starts, sizes = traffic.grouped().starts, traffic.grouped().sizes
    rank = np.arange(len(order)) - np.repeat(starts[:-1], sizes)
    best = order[rank < _TOP]
    total = np.bincount(traffic.account[best], scores[best], len(traffic.accounts))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(total / np.minimum(sizes, _TOP))


BASELINE = ContentClassifier()
