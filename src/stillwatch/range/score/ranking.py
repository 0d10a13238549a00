"""How well a detector's score ranks attack accounts above honest ones, whatever threshold is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

if TYPE_CHECKING:
    import numpy.typing as npt


def area(score: npt.NDArray[np.float64], attack: npt.NDArray[np.bool_]) -> float | None:
    """Area under the ROC curve: the chance that an attack account ranks above an honest one, ties half.

    None where one of the two kinds is missing.
    """
    ones, zeros = int(attack.sum()), int((~attack).sum())
    if not ones or not zeros:
        return None
    ranks = rankdata(score)
    return float((ranks[attack].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def average_precision(score: npt.NDArray[np.float64], attack: npt.NDArray[np.bool_]) -> float | None:
    """Mean of the precision over the recall steps, accounts of one score taken together.

    None where there is no attack account.
    """
    ones = int(attack.sum())
    if not ones:
        return None
    order = np.argsort(-score, kind="stable")
    hits, ranked = np.cumsum(attack[order]), score[order]
    last = np.append(ranked[1:] != ranked[:-1], True)
    hits, seen = hits[last], (np.flatnonzero(last) + 1)
    steps = np.diff(hits, prepend=0)
    return float((steps * hits / seen).sum() / ones)
