"""Looks at an account's latest exchanges as a window of dense vectors, for tests on what one account asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.traffic.kernel import kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic

LONGEST: Final = 1500
"""Exchanges of a window at most: the longest that the papers on single accounts use."""


def windows(traffic: Traffic, least: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Each account with at least that many exchanges, and the vectors of its latest `LONGEST` in order of time."""
    grouped = traffic.grouped()
    for account in np.flatnonzero(grouped.sizes >= max(least, 1)).tolist():
        yield account, traffic.dense[grouped.of(account)[-LONGEST:]]


def likeness(window: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of each pair of a window's exchanges, float32 [n, n]."""
    return np.asarray(np.clip(window @ window.T, -1.0, 1.0), np.float32)


@kernel
def growing_distances(cosines: Any, chosen: Any, distances: Any) -> None:
    """Distance of each query to the nearest of a set that grows as PRADA's does.

    A query joins the set if it is farther from it than a threshold: the mean less the standard deviation of the
    distances of those that joined, which never falls.

    Args:
        cosines: float32 [n, n].
        chosen: room for n whole numbers.
        distances: float64 [n], filled in; the first has no predecessor and gets -1.
    """
    distances[0] = -1.0
    chosen[0] = 0
    members, threshold = 1, 0.0
    joined, total, squares = 0, 0.0, 0.0
    for i in range(1, len(distances)):
        best = -1.0
        for k in range(members):
            best = max(best, cosines[i, chosen[k]])
        distance = np.sqrt(max(2.0 - 2.0 * best, 0.0))
        distances[i] = distance
        if distance > threshold:
            chosen[members] = i
            members += 1
            joined += 1
            total += distance
            squares += distance * distance
            mean = total / joined
            threshold = max(threshold, mean - np.sqrt(max(squares / joined - mean * mean, 0.0)))
