"""Every record once: which record keys the store has already, and which a run has met so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.traffic.kernel import kernel

if TYPE_CHECKING:
    from stillwatch.traffic.store import Store


class Seen:
    """Record keys met so far, as a growing open-addressing set of 64-bit hashes.

    Args:
        slots: room to begin with, a power of two; six keys in ten slots fit.
    """

    def __init__(self, slots: int = 1 << 16) -> None:
        self._slots = np.zeros(slots, dtype=np.uint64)
        self._used = 0

    def add(self, keys: Any) -> Any:
        """Add keys; returns True where a key is new (its first occurrence)."""
        while (self._used + keys.size) * 10 > self._slots.size * 6:
            old = self._slots[self._slots != 0]
            self._slots = np.zeros(self._slots.size * 4, dtype=np.uint64)
            _add(self._slots, old, np.empty(old.size, dtype=np.bool_))
        new = np.empty(keys.size, dtype=np.bool_)
        self._used += _add(self._slots, keys, new)
        return new

    def missing(self, keys: Any) -> Any:
        """Where a key has not been added; adds none."""
        absent = np.empty(keys.size, dtype=np.bool_)
        _look(self._slots, keys, absent)
        return absent


@kernel
def _add(slots: Any, keys: Any, new: Any) -> int:
    mask = np.uint64(slots.size - 1)
    added = 0
    for k in range(keys.size):
        key = keys[k] if keys[k] != np.uint64(0) else np.uint64(1)
        slot = key & mask
        while slots[slot] != np.uint64(0) and slots[slot] != key:
            slot = (slot + np.uint64(1)) & mask
        new[k] = slots[slot] == np.uint64(0)
        if new[k]:
            slots[slot] = key
            added += 1
    return added


@kernel
def _look(slots: Any, keys: Any, absent: Any) -> None:
    mask = np.uint64(slots.size - 1)
    for k in range(keys.size):
        key = keys[k] if keys[k] != np.uint64(0) else np.uint64(1)
        slot = key & mask
        while slots[slot] != np.uint64(0) and slots[slot] != key:
            slot = (slot + np.uint64(1)) & mask
        absent[k] = slots[slot] == np.uint64(0)


class StoreKeys:
    """Record keys of the store, loaded part by part as their time span is met."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting = list(store.manifest.parts)
        self._seen = Seen()

    def keep_new(self, table: pa.Table) -> pa.Table:
        """The rows not met before."""
        if table.num_rows == 0:
            return table
        times = table["ts"].cast(pa.int64()).to_numpy()
        low, high = times.min(), times.max()
        for part in [p for p in self._waiting if p.first_ts <= high and p.last_ts >= low]:
            path = self._store.path / "exchanges" / part.name
            self._seen.add(pq.read_table(path, columns=["record"])["record"].to_numpy())
            self._waiting.remove(part)
        new = self._seen.add(table["record"].to_numpy())
        return table if new.all() else table.filter(pa.array(new))
