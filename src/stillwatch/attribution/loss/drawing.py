"""Draws values of the assumptions: seeded, each by a stream of its own, so that changing one leaves the others be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stillwatch.attribution.loss.assumptions import Shape

if TYPE_CHECKING:
    from stillwatch.attribution.loss.assumptions import Assumption, Assumptions

Values: TypeAlias = NDArray[np.float64]
Draws: TypeAlias = Mapping[str, Values]
"""Values of each assumption that has numbers, as many as there are draws."""


def draw(assumptions: Assumptions, count: int, seed: int) -> dict[str, Values]:
    """Values of every assumption that has numbers.

    Args:
        assumptions: what is drawn.
        count: draws.
        seed: the same one gives the same draws.
    """
    found = {}
    for name, each in assumptions.items():
        if each.given:
            stream = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
            uniform = np.random.default_rng([seed, stream]).random(count)
            found[name] = quantile(each, uniform)
    return found


def quantile(each: Assumption, at: Values) -> Values:
    """The value below which a share ``at`` (0 to 1) of the draws lies; the assumption has numbers."""
    if each.low is None or each.likely is None or each.high is None:
        raise ValueError(f"{each.name} has no numbers")
    match each.shape:
        case Shape.FIXED:
            return np.full_like(at, each.likely)
        case Shape.TRIANGULAR:
            return _triangular(each.low, each.likely, each.high, at)
        case Shape.LOG_TRIANGULAR:
            low, likely, high = np.log([each.low, each.likely, each.high])
            return np.asarray(np.exp(_triangular(low, likely, high, at)))


def _triangular(low: float, likely: float, high: float, at: Values) -> Values:
    if high <= low:
        return np.full_like(at, likely)
    bend = (likely - low) / (high - low)
    left = low + np.sqrt(at * (high - low) * (likely - low))
    right = high - np.sqrt((1 - at) * (high - low) * (high - likely))
    return np.where(at < bend, left, right)
