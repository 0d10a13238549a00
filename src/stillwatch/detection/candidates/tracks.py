"""The identity of candidates from checkpoint to checkpoint: whose accounts they have in common."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from scipy import sparse

SAME_TRACK: Final = 0.3
LEAST_COMMON: Final = 3
GROWTH: Final = 1.15


class Tracks:
    """Tracks of one kind of candidates.

    Args:
        numbers: where the numbers of new tracks come from; kinds that share it never share a number.
    """

    def __init__(self, numbers: Iterator[int] | None = None) -> None:
        self._numbers = itertools.count() if numbers is None else numbers
        self._known: list[tuple[int, Any]] = []  # track, and its accounts when last reported
        self._place: dict[int, int] = {}
        self._size: dict[int, int] = {}

    def of(self, who: list[Any]) -> list[int]:
        """The track that each candidate continues, by the accounts they have in common; a new one where there is none.

        Args:
            who: int32, sorted: accounts of each candidate.
        """
        width = int(max((w.max() for w in who), default=0)) + 1
        width = max(width, int(max((accounts.max() for _, accounts in self._known), default=0)) + 1)
        common = (incidence(who, width) @ incidence([a for _, a in self._known], width).T).toarray()
        taken: set[int] = set()
        out = []
        for k, accounts in enumerate(who):
            best, best_share = -1, SAME_TRACK
            for place in np.flatnonzero(common[k] >= LEAST_COMMON).tolist():
                share = common[k, place] / min(self._known[place][1].size, accounts.size)
                if share > best_share and place not in taken:
                    best, best_share = place, share
            if best < 0:
                self._known.append((next(self._numbers), accounts))
                best = len(self._known) - 1
                self._place[self._known[best][0]] = best
            taken.add(best)
            out.append(self._known[best][0])
        return out

    def grown(self, track: int, accounts: Any, exchanges: int, *, last: bool) -> bool:
        """Whether a candidate is new, or has grown enough since last reported, or it is the end; notes it if so."""
        if exchanges < self._size.get(track, 0) * GROWTH and not last:
            return False
        self._known[self._place[track]] = track, accounts
        self._size[track] = exchanges
        return True


def incidence(sets: list[Any], width: int) -> Any:
    """Sets of account numbers as rows of a sparse 0-1 matrix."""
    rows = np.repeat(np.arange(len(sets)), [w.size for w in sets])
    columns = np.concatenate(sets) if sets else np.zeros(0, dtype=np.int64)
    return sparse.coo_matrix((np.ones(rows.size), (rows, columns)), shape=(len(sets), width)).tocsr()
