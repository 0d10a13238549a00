"""Which values accounts use, such as addresses or clients: how many each, and who else uses them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame


@dataclasses.dataclass(frozen=True, slots=True)
class Pairs:
    """Each pair of account and value once, by the row that first has it.

    Attributes:
        first: int64 (pairs), ascending: that row.
        account: int32 (pairs).
        value: int64 (pairs): number of the value.
    """

    first: Any
    account: Any
    value: Any

    @classmethod
    def of(cls, values: Any, account: Any, known: Any) -> Pairs:
        """The pairs of a column, where it has a value."""
        rows = np.flatnonzero(known)
        codes = np.unique(values[rows], return_inverse=True)[1].astype(np.int64)
        width = np.int64(account.max(initial=0)) + 1
        first = np.sort(np.unique(codes * width + account[rows], return_index=True)[1])
        return cls(rows[first], account[rows][first], codes[first])

    def values(self, row: int, accounts: int) -> Any:
        """float64 (accounts): how many values each account has used before a row."""
        n = np.searchsorted(self.first, row)
        return np.bincount(self.account[:n], minlength=accounts).astype(np.float64)

    def others(self, row: int, accounts: int) -> Any:
        """float64 (accounts): mean logarithm of how many accounts use each of its values, before a row."""
        n = np.searchsorted(self.first, row)
        owners = np.bincount(self.value[:n])[self.value[:n]]
        used = np.bincount(self.account[:n], minlength=accounts)
        total = np.bincount(self.account[:n], np.log(np.maximum(owners, 1)), accounts)
        return np.where(used > 0, total / np.maximum(used, 1), np.nan)


def pairs_of(frame: Frame, name: str) -> Pairs:
    """The pairs of a column of the frame's table."""
    column = frame.table[name]
    known = column.is_valid().to_numpy()
    if name == "script":
        known &= frame.table["has_text"].fill_null(False).to_numpy()
    if hasattr(column.type, "value_type"):
        values = column.combine_chunks().indices.fill_null(0).to_numpy()
    else:
        values = column.fill_null(0).to_numpy()
    return Pairs.of(values, frame.account, known)
