"""Where an account stands among the accounts of its site: every figure as a normal score against a reference.

Ranks make sites comparable and let no figure's scale or outliers rule the distance between two accounts (the van der
Waerden score: van der Waerden 1952).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from scipy.special import ndtri

TAIL: Final = 0.01
LEAST_REFERENCE: Final = 30


def standing(figures: Any, reference: Any) -> Any:
    """Normal scores of figures.

    Args:
        figures: float32 (accounts, figures), NaN unknown.
        reference: float32 (others, figures): the accounts that say what is usual.

    Returns:
        float32 (accounts, figures): 0 is the middle and also what is unknown; bounded.
    """
    out = np.zeros(figures.shape, dtype=np.float32)
    for k in range(figures.shape[1]):
        usual = np.sort(reference[np.isfinite(reference[:, k]), k])
        if usual.size < LEAST_REFERENCE:
            continue
        known = np.isfinite(figures[:, k])
        value = figures[known, k]
        rank = (np.searchsorted(usual, value) + np.searchsorted(usual, value, side="right")) / (
            2.0 * usual.size
        )
        out[known, k] = ndtri(np.clip(rank, TAIL, 1.0 - TAIL))
    return out
