"""The background: how many accounts used each gram in the site's earlier traffic.

A gram is *common* when a fixed share of the earlier accounts used it; common grams are dropped when an exchange is
sketched, for they link nobody. Entries carry the day they were last met; ``store purge`` drops those that nobody has
used for the retention period, so that what has gone out of use becomes new again.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.traffic.kernel import kernel

COMMON_SHARE: Final = 0.25
COMMON_AT_LEAST: Final = 40
_EMPTY: Final = np.uint64(0)


@kernel
def _fill(slots: Any, keys: Any) -> None:
    mask = np.uint64(slots.size - 1)
    for k in range(keys.size):
        slot = keys[k] & mask
        while slots[slot] != _EMPTY:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = keys[k]


@kernel
def _drop(slots: Any, grams: Any, offsets: Any, kept: Any, new_offsets: Any) -> None:
    mask = np.uint64(slots.size - 1)
    at = 0
    new_offsets[0] = 0
    for row in range(offsets.size - 1):
        for k in range(offsets[row], offsets[row + 1]):
            gram = grams[k]
            slot = gram & mask
            found = False
            while slots[slot] != _EMPTY:
                if slots[slot] == gram:
                    found = True
                    break
                slot = (slot + np.uint64(1)) & mask
            if not found:
                kept[at] = gram
                at += 1
        new_offsets[row + 1] = at


@kernel
def count_accounts(grams: Any, accounts: Any, slots: Any, last: Any, counts: Any) -> int:
    """Count distinct accounts per gram; ``accounts`` must be grouped so that equal ones stand together.

    Args:
        grams: uint64, one per use.
        accounts: int32, who used it.
        slots: uint64 hash table, zeros, size a power of two.
        last: int32, same size, -1.
        counts: int32, same size, zeros.

    Returns:
        Distinct grams counted, or -1 when the table is more than 70 % full.
    """
    mask = np.uint64(slots.size - 1)
    used = 0
    for k in range(grams.size):
        gram = grams[k]
        slot = gram & mask
        while slots[slot] != _EMPTY and slots[slot] != gram:
            slot = (slot + np.uint64(1)) & mask
        if slots[slot] == _EMPTY:
            slots[slot] = gram
            used += 1
            if used * 10 > slots.size * 7:
                return -1
        if last[slot] != accounts[k]:
            last[slot] = accounts[k]
            counts[slot] += 1
    return used


@dataclasses.dataclass(slots=True)
class Background:
    """Grams of earlier traffic with the number of accounts that used each.

    Attributes:
        accounts: how many accounts the earlier traffic had.
        grams: uint64 (n), sorted.
        uses: int32 (n): accounts that used it.
        seen: int32 (n): day (since 1970) it was last met.
        source: in words, where it came from.
    """

    accounts: int
    grams: Any
    uses: Any
    seen: Any
    source: str
    _common: Any = None

    @property
    def common_at(self) -> int:
        """Accounts from which on a gram counts as common."""
        return max(COMMON_AT_LEAST, int(np.ceil(self.accounts * COMMON_SHARE)))

    def drop_common(self, grams: Any, offsets: Any) -> tuple[Any, Any]:
        """The lists without common grams, as (flat, offsets)."""
        if self._common is None:
            self._common = _table(self.grams[self.uses >= self.common_at])
        kept = np.empty(int(offsets[-1]), dtype=np.uint64)
        new_offsets = np.empty_like(offsets)
        _drop(self._common, grams, offsets, kept, new_offsets)
        return kept, new_offsets

    def aged(self, today: int, keep_days: int) -> Background:
        """Without what nobody has said for ``keep_days``."""
        fresh = self.seen >= today - keep_days
        return Background(self.accounts, self.grams[fresh], self.uses[fresh], self.seen[fresh], self.source)

    def save(self, path: Path) -> None:
        """Write it as Parquet."""
        table = pa.table({"gram": self.grams, "uses": self.uses, "seen": self.seen})
        meta = {b"accounts": str(self.accounts).encode(), b"source": self.source.encode()}
        pq.write_table(table.replace_schema_metadata(meta), path, compression="zstd")

    @classmethod
    def load(cls, path: Path) -> Background:
        """Read what `save` wrote."""
        table = pq.read_table(path)
        meta = table.schema.metadata
        grams, uses, seen = (table.column(name).to_numpy() for name in ("gram", "uses", "seen"))
        return cls(int(meta[b"accounts"]), grams, uses, seen, meta[b"source"].decode())

    @classmethod
    def count(cls, grams: Any, accounts: Any, days: Any, source: str) -> Background:
        """Build it from uses of grams.

        Args:
            grams: uint64 (uses).
            accounts: int32 (uses): account numbers, equal ones standing together.
            days: int32 (uses): day of each use.
            source: where the traffic came from, in words.
        """
        size = 1 << 16
        while True:
            slots = np.zeros(size, dtype=np.uint64)
            counts = np.zeros(size, dtype=np.int32)
            done = count_accounts(grams, accounts, slots, np.full(size, -1, dtype=np.int32), counts)
            if done >= 0:
                break
            size *= 4
        shared = counts >= 2  # a gram only one account used tells no more than one that nobody used
        keys, uses = slots[shared], counts[shared]
        order = np.argsort(keys)
        keys, uses = keys[order], uses[order]
        day = int(days.max()) if days.size else 0
        total = int(np.unique(accounts).size)
        return cls(total, keys, uses, np.full(keys.size, day, dtype=np.int32), source)


def _table(keys: Any) -> Any:
    """The keys as an open-addressing set."""
    size = 1 << max(4, int(np.ceil(np.log2(max(keys.size, 1) * 2 + 1))))
    slots = np.zeros(size, dtype=np.uint64)
    _fill(slots, np.ascontiguousarray(keys, dtype=np.uint64))
    return slots
