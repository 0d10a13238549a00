"""How well a detector puts accounts together: do the campaigns it names agree with the true ones?"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclasses.dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two groupings of the same accounts; a figure is None where it would divide by nothing.

    Attributes:
        precision: of the pairs of accounts put into one campaign, the share that are truly of one.
        recall: of the pairs truly of one campaign, the share put into one.
        f1: their harmonic mean, 0 where no pair is right.
        rand: adjusted Rand index, 1 for equal groupings, about 0 for unrelated ones.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    rand: float | None


def agreement(true: npt.NDArray[np.int64], found: npt.NDArray[np.int64]) -> Agreement:
    """Compares two groupings, -1 meaning an account that stands alone.

    The adjusted Rand index is L. Hubert and P. Arabie, "Comparing partitions", Journal of Classification 2
    (1985), computed from the table of how many accounts each pair of groups shares. Accounts that stand
    alone in both groupings add nothing to it but their number, so it is taken over those that are grouped
    or accused somewhere: pass only these.

    Args:
        true: number of the true group of each account.
        found: number of the group it was put into.
    """
    rows, columns = _alone_apart(true), _alone_apart(found)
    both = _pairs(np.unique(rows * (len(found) + 1) + columns, return_counts=True)[1])
    right, put = _pairs(np.bincount(rows)), _pairs(np.bincount(columns))
    f1 = 2 * both / (right + put) if right + put else None
    return Agreement(
        both / put if put else None,
        both / right if right else None,
        f1,
        _adjusted(both, right, put, len(true)),
    )


def _adjusted(both: int, right: int, put: int, accounts: int) -> float | None:
    """The index, corrected for the agreement that chance gives."""
    total = accounts * (accounts - 1) // 2
    if not total:
        return None
    chance, most = right * put / total, (right + put) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def _alone_apart(groups: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Groups numbered from 0, each account that stands alone in one of its own."""
    alone = groups < 0
    own = groups.copy()
    own[alone] = (groups.max(initial=-1) + 1) + np.arange(int(alone.sum()))
    return np.unique(own, return_inverse=True)[1].astype(np.int64)


def _pairs(sizes: npt.NDArray[np.intp]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.tolist())
