"""Which candidates stand out among the site's own: an empirical null fitted to the honest bulk of their totals.

Nearly all candidates of a site are honest communities, but nobody says which, and a conformal test fails once a few
attackers stand among its reference. So a normal distribution is fitted to the bulk (Efron 2004,
doi:10.1198/016214504000000089): its centre and the scatter *below* it, where no attacker lies, with whatever lies far
above cut off and the fit repeated until nothing changes. Because a site has few candidates, the fit is drawn towards
what is usual. Benjamini and Hochberg's procedure (1995) then bounds the share of false ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL_CENTRE: Final = -12.5
USUAL_SPREAD: Final = 4.5
USUAL_WEIGHT: Final = 40
CLIP: Final = 2.5
_MAD: Final = 1.4826  # of a normal distribution: standard deviations in a median distance
_ROUNDS: Final = 50


def empirical_null(totals: Any) -> tuple[float, float]:
    """Centre and spread of the site's honest candidates, in decibans.

    Args:
        totals: float64 (n), n > 0: totals of all candidates, some of which may be attacks.

    Returns:
        Mean and standard deviation of a normal distribution, drawn towards the usual by ``USUAL_WEIGHT`` candidates.
    """
    # Early in a log most candidates may be attacks, so the fit starts from what is usual, not from a quantile.
    centre, spread = USUAL_CENTRE, USUAL_SPREAD
    inside = np.zeros(totals.size, dtype=np.bool_)
    for _ in range(_ROUNDS):
        before, inside = inside, totals <= centre + CLIP * spread
        if (inside == before).all():
            break
        centre, spread = _fit(totals[inside])
    return centre, spread


def _fit(bulk: Any) -> tuple[float, float]:
    """The median and the root mean square distance below it, far ones drawn in; both drawn towards the usual."""
    n = bulk.size
    if n == 0:
        return USUAL_CENTRE, USUAL_SPREAD
    centre = float(np.median(bulk))
    below = centre - bulk[bulk <= centre]
    reach = (
        CLIP * _MAD * float(np.median(below))
    )  # what speaks strongly for innocence says nothing about the upper tail
    scatter = float(np.mean(np.minimum(below, reach) ** 2)) if reach else 0.0
    weight = n + USUAL_WEIGHT
    spread = np.sqrt((scatter * n + USUAL_SPREAD**2 * USUAL_WEIGHT) / weight)
    return (centre * n + USUAL_CENTRE * USUAL_WEIGHT) / weight, float(spread)


def stand_out(
    totals: dict[int, float], fdr: float, above: float = 1.0, sizes: Mapping[int, int] | None = None
) -> tuple[set[int], dict[int, float]]:
    """Candidates that stand out from the site's bulk, and the chance of each total among honest ones.

    A candidate of many accounts counts for more, one of few for less, the usual one for one: what many accounts show
    together is hardly luck, and a chance that is weighed so keeps the level (Genovese, Roeder and Wasserman 2006,
    doi:10.1093/biomet/93.3.509).

    Args:
        totals: decibans by track, not empty.
        fdr: level of Benjamini and Hochberg's procedure; a site counts for at least ``USUAL_WEIGHT`` candidates.
        above: how far honest totals scatter above the centre, as a share of how far they scatter below it.
        sizes: accounts of each track; all count the same unless given.

    Returns:
        The tracks that pass, and the p-value of every track.
    """
    tracks = sorted(totals)
    values = np.array([totals[t] for t in tracks])
    centre, spread = empirical_null(values)
    p = ndtr((centre - values) / np.where(values > centre, above * spread, spread))
    weight = np.array([1 if sizes is None else max(sizes[t], 1) for t in tracks])
    weighed = p * weight.mean() / weight
    order = np.argsort(weighed, kind="stable")
    tested = max(len(tracks), USUAL_WEIGHT)
    ok = weighed[order] <= fdr * (np.arange(len(tracks)) + 1) / tested
    passed = int(np.flatnonzero(ok).max()) + 1 if ok.any() else 0
    return {tracks[k] for k in order[:passed].tolist()}, dict(zip(tracks, p.tolist(), strict=True))
