"""PRADA: are the distances between an account's queries shaped as nature shapes them?

**Looks at** the distance of each query to the nearest of those before it. Natural queries give distances that look
normally distributed; synthetic ones made to probe a model do not. The test is Shapiro and Wilk's W.

**As used here**: queries are the dense vectors of the prompts, all in one class, as a chat model predicts none. The set
of earlier queries grows under the paper's threshold, distances farther than three standard deviations from the mean are
left out, and W is taken at several lengths of the stream; the score is one less the lowest W.

**Known to miss** anybody who spreads queries over accounts (arXiv 2606.03381), and prompts that are natural.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.range.baselines.contract import Knobs, Scores, choices, defaults, whole
from stillwatch.range.baselines.windows import growing_distances, likeness, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic

_FEWEST: Final = 20


class Prada:
    """Distances that are not normal."""

    name = "prada"
    title = "PRADA"
    references = ("Juuti, Szyller, Marchal, Asokan: PRADA, EuroS&P 2019, arXiv 1805.02628",)
    about = "Tests whether the distances between an account's successive queries are normally distributed."
    knobs = defaults(least=100)
    grid = choices(least=(20, 50, 100))
    learns = False
    single = True

    def judge(self, traffic: Traffic, knobs: Knobs) -> Scores:
        """One less the lowest W; NaN for accounts with fewer than ``least`` distances."""
        least = max(whole(knobs, "least"), _FEWEST)
        scores = np.full(len(traffic.accounts), np.nan)
        for account, window in windows(traffic, least + 1):
            scores[account] = _abnormality(_distances(window), least)
        return Scores(scores)


def _distances(window: NDArray[np.float32]) -> NDArray[np.float64]:
    """Distance of each query but the first to the growing set, float64 [n - 1]."""
    distances = np.empty(len(window))
    growing_distances(likeness(window), np.empty(len(window), np.int64), distances)
    return distances[1:]


def _abnormality(distances: NDArray[np.float64], least: int) -> float:
    """One less the lowest W at ``least`` distances, twice as many, and so on to all of them."""
    from scipy.stats import shapiro  # deferred: costs a second that the other baselines need not pay

    lengths = [*(least << step for step in range(12) if least << step < len(distances)), len(distances)]
    lowest = 1.0
    for length in lengths:
        seen = distances[:length]
        kept = seen[np.abs(seen - seen.mean()) <= 3 * seen.std()]
        # Where all distances are the same there is no shape to test: the extreme of abnormality.
        lowest = min(lowest, float(shapiro(kept).statistic) if np.ptp(kept) > 1e-9 else 0.0)
    return 1.0 - lowest


BASELINE = Prada()
