"""How far a group of accounts meets on its addresses or means of payment, against everybody else who uses them."""

from __future__ import annotations

from typing import Any

import numpy as np

from stillwatch.detection.lists import ranges


class Overlap:
    """Who used which value of one kind of pivot from when on.

    Args:
        values: uint64 (exchanges): pseudonyms, 0 where the log gave none.
        account: int32 (exchanges): numbered by first appearance.
    """

    def __init__(self, values: Any, account: Any) -> None:
        rows = np.flatnonzero(values)
        self._size = max(values.size, 1)
        accounts = int(account.max(initial=-1)) + 1
        value = np.unique(values[rows], return_inverse=True)[1].astype(np.int64)
        _, first = np.unique(value * max(accounts, 1) + account[rows], return_index=True)
        value, row = value[first], rows[first].astype(np.int64)
        self._users = np.sort(value * self._size + row)  # rows of one value stand together, earliest first
        self._before = np.searchsorted(self._users, np.arange(int(value.max(initial=-1)) + 1) * self._size)
        by_account = np.argsort(account[row], kind="stable")
        self._value, self._row = value[by_account], row[by_account]
        self._begins = np.searchsorted(account[row][by_account], np.arange(accounts + 1))

    def of(self, members: Any, known: int) -> float:
        """The mean, over the accounts, of the shares of their values' users that the others make, summed over values.

        Args:
            members: int32 account numbers.
            known: exchanges known.

        Returns:
            0 where they have nothing in common; NaN where nothing is known of them.
        """
        held = ranges(self._begins[members], self._begins[members + 1])
        held = held[self._row[held] < known]
        if not held.size:
            return float("nan")
        value, inside = np.unique(self._value[held], return_counts=True)
        users = np.searchsorted(self._users, value * self._size + known) - self._before[value]
        return float(((inside - 1.0) * inside / users).sum() / members.size)
