"""Which exchanges are known already: exact, in bounded memory.

Two generations of record keys are held, in tables that never grow in ordinary work. When the young one is full the old
one is forgotten; a row that is old enough to have been in it is looked for in the parts of the store that cover its
time. Nothing is forgotten that the store does not have yet.
"""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.traffic.dedupe import Seen
from stillwatch.traffic.store import Store

if TYPE_CHECKING:
    from pathlib import Path

GENERATION: Final = 1_000_000
_CACHED_KEYS: Final = 1_000_000
_NEVER: Final = -(2**62)
_TRIES: Final = 5


class Recent:
    """Record keys of what was taken.

    Args:
        store: folder of the store that what was taken ends up in; it may not be there yet.
        generation: keys held for certain.
    """

    def __init__(self, store: Path, generation: int = GENERATION) -> None:
        self._store = store
        self._generation = generation
        self._slots = 1 << (generation * 2 - 1).bit_length()
        self._young, self._old = Seen(self._slots), Seen(self._slots)
        self._count = 0
        self._latest = {"young": _NEVER, "old": _NEVER}
        self._floor = _NEVER  # nothing later than this has been forgotten
        self._parts: collections.OrderedDict[str, Any] = collections.OrderedDict()

    def load(self) -> None:
        """Take the keys of the store's newest parts, as many as are held.

        Raises:
            StillwatchError: the store cannot be read.
        """
        parts = list(_parts(self._store))
        while parts and self._count + parts[-1].rows <= self._generation:
            part = parts.pop()
            self._young.add(self._keys(part.name))
            self._count += part.rows
            self._latest["young"] = max(self._latest["young"], part.last_ts)
        self._floor = max((part.last_ts for part in parts), default=_NEVER)

    def missing(self, table: pa.Table) -> Any:
        """Where a row was not met before, its first occurrence in the table only.

        Args:
            table: rows of `traffic.sketch.SCHEMA`.
        """
        keys, times = _keys_and_times(table)
        new = self._old.missing(keys) & self._young.missing(keys)
        late = np.flatnonzero(new & (times <= self._floor))
        if late.size:
            new[late] = self._missing_in_store(keys[late], times[late])
        places = np.flatnonzero(new)
        _, first = np.unique(keys[places], return_index=True)
        new[:] = False
        new[places[first]] = True
        return new

    def add(self, table: pa.Table, unmoved: int = 0) -> None:
        """Count rows as met.

        Args:
            table: rows of `traffic.sketch.SCHEMA`.
            unmoved: rows taken last that the store does not have yet.
        """
        if not table.num_rows:
            return
        keys, times = _keys_and_times(table)
        self._young.add(keys)
        self._count += keys.size
        self._latest["young"] = max(self._latest["young"], int(times.max()))
        if self._count >= self._generation and self._count >= unmoved:
            self._floor = max(self._floor, self._latest["old"])
            self._old, self._young, self._count = self._young, Seen(self._slots), 0
            self._latest = {"young": _NEVER, "old": self._latest["young"]}

    def _missing_in_store(self, keys: Any, times: Any) -> Any:
        """Where the store holds no such record."""
        for _ in range(_TRIES):
            missing = np.ones(keys.size, dtype=np.bool_)
            try:
                for part in _parts(self._store):
                    if ((times >= part.first_ts) & (times <= part.last_ts)).any():
                        missing &= ~np.isin(keys, self._cached(part.name))
            except FileNotFoundError:
                continue  # parts were merged after the manifest was read: look again
            return missing
        raise StillwatchError(
            "a part that the store names is not there",
            code="SW-NODE-04",
            where=str(self._store),
            hint="check the store with: stillwatch store verify",
            exit_code=ExitCode.UNREADABLE,
        )

    def _cached(self, name: str) -> Any:
        """The record keys of a part, remembered for a while."""
        if name not in self._parts:
            self._parts[name] = self._keys(name)
            while len(self._parts) > 1 and sum(k.size for k in self._parts.values()) > _CACHED_KEYS:
                self._parts.popitem(last=False)
        self._parts.move_to_end(name)
        return self._parts[name]

    def _keys(self, name: str) -> Any:
        """The record keys of a part."""
        return pq.read_table(self._store / "exchanges" / name, columns=["record"])["record"].to_numpy()


def _keys_and_times(table: pa.Table) -> tuple[Any, Any]:
    """Record keys (uint64) and times (int64, microseconds since 1970 UTC)."""
    return table["record"].to_numpy(), table["ts"].cast(pa.int64()).to_numpy()


def _parts(folder: Path) -> Any:
    """What the store holds now; nothing where there is none yet."""
    try:
        return Store.open(folder).manifest.parts
    except StillwatchError as error:
        if error.code == "SW-STORE-01":
            return ()
        raise
