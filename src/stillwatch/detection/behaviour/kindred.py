"""Which members of a candidate behave like the others of it.

Honest people meet a campaign's wording: they try a recipe they read, or judge the same texts. What they share with the
campaign is words; what hired accounts share is a script. So an account is held to be of a campaign only if some of the
accounts that stand nearest to it in behaviour are of it too, and only if some members have it among their own nearest:
an honest one that comes near has the campaign for neighbours, and its members have nearer ones (few are named by
those whom they name: outliers have a low in-degree, Hautamäki, Kärkkäinen and Fränti 2004,
doi:10.1109/ICPR.2004.1334558). Who is not kindred stays on watch.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

KIN: Final = 2  # neighbours that have to be members too; members that have to have it for a neighbour
HANGS: Final = (
    0.1  # links between two sets, for each account of the smaller, from which on they hang together
)


@dataclasses.dataclass(frozen=True, slots=True)
class Circle:
    """Who stands near whom, as last seen.

    Attributes:
        accounts: int32 or int64 (n), sorted: the accounts that had sent enough to stand anywhere.
        index: int (n, k): positions in ``accounts`` of the nearest of each; below 0 or from n on: nobody of now.
    """

    accounts: Any
    index: Any

    def kindred(self, members: Any) -> Any:
        """int32: the members that have enough others of them near, of those that hang together the most.

        Where a product's users got among a campaign by its wording, the two stand apart, each close in itself. The
        evidence is about the larger part; whoever stands with the smaller is not held to it.
        """
        n = self.accounts.size
        here = np.searchsorted(self.accounts, members)
        here = here[self.accounts[np.minimum(here, n - 1)] == members]
        is_member = np.zeros(n, dtype=np.bool_)
        is_member[here] = True
        here = np.flatnonzero(is_member)
        index = self.index[here]
        near = (index >= 0) & (index < n) & is_member[np.clip(index, 0, n - 1)]
        kin = np.intersect1d(here[near.sum(axis=1) >= KIN], returned(self.index, here))
        return self.accounts[kin[self._largest_part(kin)]].astype(np.int32)

    def _largest_part(self, kin: Any) -> Any:
        """Which of them (bool) are in the largest set that hangs together.

        So do accounts that are near each other, and sets of such between which there are links enough, in either
        direction: one is met by chance. It joined 119 hired accounts with the users of an app that was just launched.
        """
        place = np.full(self.accounts.size + 1, -1)
        place[kin] = np.arange(kin.size)
        index = np.where((self.index[kin] >= 0) & (self.index[kin] < self.accounts.size), self.index[kin], -1)
        right = place[index].ravel()
        left = np.repeat(np.arange(kin.size), index.shape[1])[right >= 0]
        right = right[right >= 0]
        links = coo_matrix((np.ones(left.size), (left, right)), shape=(kin.size, kin.size)).tocsr()
        count, part = connected_components(links.minimum(links.T), directed=False)
        size = np.bincount(part, minlength=count)
        between = coo_matrix((np.ones(left.size), (part[left], part[right])), shape=(count, count)).tocsr()
        between = (between + between.T).tocoo()
        smaller = np.minimum(size[between.row], size[between.col])
        enough = between.data >= np.maximum(KIN, HANGS * smaller)
        joins = coo_matrix(
            (between.data[enough], (between.row[enough], between.col[enough])), shape=between.shape
        )
        whole = connected_components(joins, directed=False)[1][part]
        return whole == np.bincount(whole, minlength=1).argmax()


def returned(index: Any, members: Any) -> Any:
    """int64, sorted: the members that `KIN` other members have among their nearest.

    Args:
        index: int (accounts, k): positions of the nearest of each account.
        members: int64, sorted: positions of a candidate's members.
    """
    named, times = np.unique(index[members], return_counts=True)
    return np.intersect1d(members, named[times >= KIN])
