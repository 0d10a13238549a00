"""Which members of a candidate made by wording also behave like the others of it.

Honest people meet a campaign's wording: they try a recipe they read, or judge the same texts. What they share with the
campaign is words; what hired accounts share is a script. So an account is held to be of a campaign only if some of the
accounts that stand nearest to it in behaviour are of it too. Who is not stays on watch.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import numpy as np

KIN: Final = 2  # of an account's nearest neighbours that have to be members too; of a crew's members, that name it as near


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
        """int32: those of the members (int32, sorted) that have enough others of them near."""
        is_member = np.isin(self.accounts, members)
        n = self.accounts.size
        near = (self.index >= 0) & (self.index < n) & is_member[np.clip(self.index, 0, n - 1)]
        return self.accounts[is_member & (near.sum(axis=1) >= KIN)].astype(np.int32)
