"""How much of a capability a copy has, by answers taken and by the copier's compute.

A logistic curve over the logarithm of the number of answers; more training compute moves it to fewer answers. That
leakage depends on both is measured: 1,000 answers gave 98 % in one configuration, 10,000 under 2 % in another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from stillwatch.attribution.loss.drawing import Draws, Values

REFERENCE_GPU_HOURS: Final = 152.0
"""Hours at which `half_queries` holds."""
NEEDS: Final = ("half_queries", "steepness", "compute_exponent", "reachable_share")


def leaked_share(draws: Draws, answers: float, gpu_hours: Values | float) -> Values:
    """Share of the capability that a copy has, 0 to 1, one value a draw.

    Args:
        draws: of the assumptions in `NEEDS`.
        answers: that were taken.
        gpu_hours: that the copier trains for.
    """
    if answers <= 0:
        return np.zeros_like(draws["half_queries"])
    fewer = (np.asarray(gpu_hours) / REFERENCE_GPU_HOURS) ** draws["compute_exponent"]
    logits = draws["steepness"] * (np.log10(answers) - np.log10(draws["half_queries"] / fewer))
    return np.asarray(draws["reachable_share"] / (1 + np.exp(-np.clip(logits, -700, 700))))


def curve(
    draws: Draws, answers: Sequence[float], gpu_hours: float
) -> list[tuple[float, float, float, float]]:
    """Points (answers, 5 %, median, 95 %) of the share that a copy has at that compute."""
    return [(each, *_summary(leaked_share(draws, each, gpu_hours))) for each in answers]


def _summary(values: Values) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    return float(low), float(middle), float(high)
