"""The funnels of one kind of candidates: what is usual among honest ones, and how widely it scatters, by their size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.detection.weighing.funnel import KNOTS, Funnel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.fitting.example import Example

TAIL: Final = 0.05  # of the honest lie further out, on each side
USUAL_WEIGHT: Final = 10.0  # communities that what holds at any size counts as, at each size
NARROWEST: Final = 0.25  # of the scatter at any size: nothing is taken to be surer than that
LEAST_COMMUNITIES: Final = 20
_LEAST_SCATTER: Final = 1e-9


def funnels_of(examples: Sequence[Example], names: Iterable[str]) -> dict[str, Funnel]:
    """The funnels of detectors, from honest examples of one kind, each community weighing one.

    Args:
        examples: candidates with truth; those of campaigns are not looked at.
        names: detectors.

    Returns:
        By detector; none where too few communities have a figure, or where those of most are the same.
    """
    honest = [e for e in examples if not e.campaign]
    sightings = Counter(e.group for e in honest)
    weight = np.array([1.0 / sightings[e.group] for e in honest])
    size = np.log2([e.members for e in honest])
    found = {}
    for name in names:
        figures = np.array([e.figures.get(name, np.nan) for e in honest])
        known = np.isfinite(figures)
        if weight[known].sum() >= LEAST_COMMUNITIES:
            funnel = _funnel(figures[known], weight[known], size[known])
            if funnel is not None:
                found[name] = funnel
    return found


def straight(figures: Mapping[str, float], members: int, funnels: Mapping[str, Funnel]) -> dict[str, float]:
    """The figures of a candidate, those that have a funnel straightened by it."""
    return {
        name: funnels[name].straightened(figure, members) if name in funnels else figure
        for name, figure in figures.items()
    }


def _funnel(
    figures: NDArray[np.float64], weight: NDArray[np.float64], size: NDArray[np.float64]
) -> Funnel | None:
    """One funnel: at each knot the quantiles of what is near in size, drawn towards those at any size."""
    everywhere = _spread(figures, weight)
    if min(everywhere[1:]) <= _LEAST_SCATTER:
        return None
    at = []
    places = np.log2(KNOTS)
    for knot in places:
        near = weight * np.clip(1.0 - np.abs(np.clip(size, places[0], places[-1]) - knot), 0.0, None)
        communities = float(near.sum())
        here = _spread(figures[near > 0.0], near[near > 0.0]) if communities else everywhere
        share = communities / (communities + USUAL_WEIGHT)
        at.append([share * h + (1.0 - share) * e for h, e in zip(here, everywhere, strict=True)])
    usual, above, below = (tuple(values) for values in zip(*at, strict=True))
    return Funnel(
        usual,
        tuple(max(scatter / everywhere[1], NARROWEST) for scatter in above),
        tuple(max(scatter / everywhere[2], NARROWEST) for scatter in below),
    )


def _spread(figures: NDArray[np.float64], weight: NDArray[np.float64]) -> tuple[float, float, float]:
    """The median, and how far above and below it the tails begin."""
    order = np.argsort(figures)
    share = np.cumsum(weight[order])
    places = (share - weight[order] / 2.0) / share[-1]
    low, middle, high = np.interp([TAIL, 0.5, 1.0 - TAIL], places, figures[order]).tolist()
    return middle, high - middle, middle - low
