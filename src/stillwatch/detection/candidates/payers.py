"""How far the members of a candidate have one payer: whoever pays for several accounts with one card is one customer.

A firm that spreads its load over keys of its own has a few busy accounts, evenly loaded, with one wording and one means
of payment. Earlier traffic shows that it was always so; without any, it looks like a small campaign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame


class Payers:
    """Who has used each means of payment, and since when.

    Args:
        frame: the exchanges.
    """

    def __init__(self, frame: Frame) -> None:
        payment = frame.infrastructure["payment"]
        told = np.flatnonzero(payment)
        accounts = max(len(frame.accounts), 1)
        self._size = max(frame.size, 1)
        value = np.unique(payment[told], return_inverse=True)[1].astype(np.int64)
        _, first = np.unique(value * accounts + frame.account[told], return_index=True)
        value, account, row = value[first], frame.account[told][first], told[first].astype(np.int64)
        self._users = np.sort(value * self._size + row)  # of one value together, the earliest first
        by_account = np.argsort(account, kind="stable")
        self._value, self._row = value[by_account], row[by_account]
        self._begins = np.searchsorted(account[by_account], np.arange(accounts + 1))

    def share(self, members: Any, row: int) -> float:
        """Share of the members that use one means of payment, most of whose users they are; 0 where there is none.

        Args:
            members: int32: account numbers.
            row: exchanges so far.
        """
        of = [np.arange(self._begins[k], self._begins[k + 1]) for k in members.tolist()]
        used = np.concatenate(of) if of else np.zeros(0, dtype=np.int64)
        values, ours = np.unique(self._value[used[self._row[used] < row]], return_counts=True)
        first = np.searchsorted(self._users, values * self._size)
        users = np.searchsorted(self._users, values * self._size + row) - first
        return float(max(ours[2 * ours >= users], default=0) / max(members.size, 1))
