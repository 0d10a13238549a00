"""From identifiers in a block to pseudonyms, each computed when it is first met and looked up from then on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow as pa

from stillwatch.traffic.columns import GOOD
from stillwatch.traffic.json_walk import ESCAPED
from stillwatch.traffic.kernel import at, inlined, kernel
from stillwatch.traffic.letters import decode

if TYPE_CHECKING:
    from stillwatch.traffic.scalars import Block

_REMEMBERED: Final = 1 << 20
_PRIME = np.uint64(0x100000001B3)
_ZERO = np.uint64(0)


class Memory:
    """Pseudonyms of one kind of identifier; may be used by several threads.

    Args:
        seed: keys the look-up, so that nobody can make two identifiers meet in it.
        make: the pseudonyms of an identifier, several where more than one is kept of it; 0 stands for none.
        width: how many pseudonyms that are.
    """

    def __init__(self, seed: int, make: Callable[[str], Sequence[int]], width: int = 1) -> None:
        self._seed = np.uint64(seed)
        self._make = make
        self._width = width
        self._lock = threading.Lock()
        self._forget(1 << 12)

    def columns(self, block: Block, rows: Any, name: str, state: Any) -> list[pa.Array]:
        """Pseudonyms of the chosen rows, null where the log gave nothing.

        Args:
            block: the indexed lines.
            rows: which of them.
            name: the field.
            state: uint8 (lines): where the field has a value.
        """
        kinds, begins, ends = block.field(name)
        hashes = np.zeros(rows.size, dtype=np.uint64)
        slots = np.zeros(rows.size, dtype=np.int64)
        with self._lock:
            _find(block.buf, rows, state, begins, ends, self._seed, self._keys, hashes, slots)
            values = self._values[np.maximum(slots, 0)]
            values[state[rows] != GOOD] = 0
            for k in np.flatnonzero((slots < 0) & (state[rows] == GOOD)).tolist():
                row = rows[k]
                raw = block.raw(name, row)
                text = orjson.loads(b'"' + raw + b'"') if kinds[row] == ESCAPED else raw.decode()
                values[k] = self._learn(hashes[k], text)
        return [pa.array(column, mask=column == 0) for column in np.ascontiguousarray(values.T)]

    def _learn(self, key: Any, text: str) -> Any:
        """The pseudonyms of an identifier that was not met when the block was looked up."""
        slot = int(_slot(self._keys, key))
        if self._keys[slot] != key:
            if self._used * 2 >= self._keys.size:
                self._grow()
                slot = int(_slot(self._keys, key))
            self._keys[slot] = key
            self._values[slot] = self._make(text)
            self._used += 1
        return self._values[slot]

    def _grow(self) -> None:
        """Make more room; start over rather than grow with every address ever seen."""
        keys, values = self._keys, self._values
        self._forget(keys.size if keys.size >= _REMEMBERED else keys.size * 4)
        if self._keys.size > keys.size:
            for place in np.flatnonzero(keys):
                slot = int(_slot(self._keys, keys[place]))
                self._keys[slot] = keys[place]
                self._values[slot] = values[place]
            self._used = int(np.count_nonzero(keys))

    def _forget(self, size: int) -> None:
        self._keys = np.zeros(size, dtype=np.uint64)
        self._values = np.zeros((size, self._width), dtype=np.uint64)
        self._used = 0


@inlined
def _finished(h: Any) -> Any:
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xFF51AFD7ED558CCD)
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xC4CEB9FE1A85EC53)
    return h ^ (h >> np.uint64(33))


@kernel
def _slot(keys: Any, key: Any) -> int:
    """Where the key stands in the table, or should."""
    slot = np.int64(key & np.uint64(keys.size - 1))
    while keys[slot] != _ZERO and keys[slot] != key:
        slot = (slot + 1) & (keys.size - 1)
    return int(slot)


@kernel
def _find(
    buf: Any, rows: Any, state: Any, begins: Any, ends: Any, seed: Any, keys: Any, hashes: Any, slots: Any
) -> None:
    """Hash the values of the rows and note where each stands in the table, -1 where it is not there yet."""
    for k in range(rows.size):
        row = rows[k]
        slots[k] = -1
        if state[row] == GOOD:
            h = seed
            for i in range(begins[row], ends[row]):
                h = (h ^ np.uint64(at(buf, i))) * _PRIME
            h = _finished(h ^ seed) | np.uint64(1)
            hashes[k] = h
            slot = _slot(keys, h)
            if keys[slot] == h:
                slots[k] = slot


@inlined
def _hash_text(buf: Any, i: int, end: int, h: Any) -> Any:
    while i < end:
        cp, i = decode(buf, i, end)
        h = (h ^ np.uint64(cp)) * _PRIME
    return h


@kernel
def hash_records(
    buf: Any,
    rows: Any,
    account_begins: Any,
    account_ends: Any,
    id_state: Any,
    id_begins: Any,
    id_ends: Any,
    times: Any,
    out: Any,
) -> None:
    """Hash account, time and the log's own id of each row; the same on every machine and in every run."""
    for k in range(rows.size):
        row = rows[k]
        h = _hash_text(buf, account_begins[row], account_ends[row], np.uint64(0xCBF29CE484222325))
        h = (h ^ np.uint64(0x1F)) * _PRIME
        if id_state[row] == GOOD:
            h = _hash_text(buf, id_begins[row], id_ends[row], h)
        out[k] = _finished(_finished(h) ^ (np.uint64(times[row]) * np.uint64(0x9E3779B97F4A7C15)))
