"""Ingest: logs in, sketched exchanges in the store; every record once, every bad line set aside."""

from __future__ import annotations

import dataclasses
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numba import njit

from stillwatch import clock
from stillwatch.logs.contract import RawBlock, ReadOptions, Reject
from stillwatch.logs.reading import LineReader, file_format
from stillwatch.logs.sources import Source, raw_blocks
from stillwatch.traffic.background import Background
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.sketch import SCHEMA, Sketcher
from stillwatch.traffic.store import Part, ReadFile, Store, writing

_BLOCK_BYTES: Final = 8 * 2**20
_ROWS_PER_PART: Final = 262_144
_FUTURE_US: Final = 24 * 3600 * 1_000_000
_NOTHING: Final = SCHEMA.empty_table()


@dataclasses.dataclass(slots=True)
class Counts:
    """What an ingest met: records read, set aside, met before, and taken."""

    read: int = 0
    rejected: int = 0
    duplicates: int = 0
    taken: int = 0


class Seen:
    """Record keys met so far, as a growing open-addressing set of 64-bit hashes."""

    def __init__(self) -> None:
        self._slots = np.zeros(1 << 16, dtype=np.uint64)
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


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
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


@dataclasses.dataclass(frozen=True, slots=True)
class _Batch:
    """What one block became."""

    table: pa.Table
    read: int
    rejects: tuple[Reject, ...]


def ingest(
    sources: Sequence[Source],
    store: Store,
    pseudonyms: Pseudonymiser,
    options: ReadOptions,
    *,
    threads: int,
    background: Background | None = None,
    on_reject: Callable[[Reject], None] = lambda _: None,
    on_progress: Callable[[int, int], None] = lambda _bytes, _records: None,
) -> Counts:
    """Read logs into a store.

    Args:
        sources: files, already expanded.
        store: where to; it is locked for the time being.
        pseudonyms: the lab's key.
        options: how to read.
        threads: blocks sketched at a time.
        background: grams known to be common, dropped on sight.
        on_reject: called for each record set aside.
        on_progress: called with bytes and records read since the last call.

    Returns:
        What was met. Committed parts stay when a later file fails.

    Raises:
        StillwatchError: the disk is full, or another run holds the store.
    """
    latest = int(clock.now().timestamp() * 1e6) + _FUTURE_US
    sketcher = Sketcher(pseudonyms, sample=store.manifest.sample, background=background, latest=latest)
    counts = Counts()
    with writing(store.path), ThreadPoolExecutor(threads) as pool:
        store.sweep()
        seen = _StoreKeys(store)
        pending: list[pa.Table] = []
        for source in sources:
            if (known := _already_read(store, source)) is not None:
                counts.read += known.records
                counts.duplicates += known.records
                on_progress(source.size or 0, known.records)
                continue
            before = counts.read
            for batch, consumed in _batches(source, options, sketcher, pool, threads):
                for reject in batch.rejects:
                    on_reject(reject)
                counts.read += batch.read
                counts.rejected += len(batch.rejects)
                fresh = seen.keep_new(batch.table)
                counts.duplicates += batch.table.num_rows - fresh.num_rows
                counts.taken += fresh.num_rows
                on_progress(consumed, batch.read)
                if fresh.num_rows:
                    pending.append(fresh)
                if sum(t.num_rows for t in pending) >= _ROWS_PER_PART:
                    store.add([store.write_part(pending)], [])
                    pending = []
            finished = _finished(source, counts.read - before)
            parts: list[Part] = [store.write_part(pending)] if pending else []
            pending = []
            if parts or finished:
                store.add(parts, finished)
    return counts


def _batches(
    source: Source, options: ReadOptions, sketcher: Sketcher, pool: ThreadPoolExecutor, threads: int
) -> Iterator[tuple[_Batch, int]]:
    """The blocks of one file in order, sketched a few at a time, each with the bytes of the file it took."""
    queue: deque[tuple[Future[_Batch] | _Batch, int]] = deque()
    native: bool | None = None
    done = 0
    for block in raw_blocks(source, options, _BLOCK_BYTES):
        if isinstance(block, Reject):
            queue.append((_Batch(_NOTHING, 1, (block,)), 0))
        else:
            if native is None:
                found = file_format(block.data[:65536])
                plain = options.account is None and options.account_from is None
                native = plain and (found is None or found.name == "canonical")
            queue.append((pool.submit(_sketch_block, block, sketcher, options, native), block.consumed - done))
            done = block.consumed
        while len(queue) > threads + 1:
            yield _next(queue)
    while queue:
        yield _next(queue)


def _next(queue: deque[tuple[Future[_Batch] | _Batch, int]]) -> tuple[_Batch, int]:
    job, consumed = queue.popleft()
    return (job if isinstance(job, _Batch) else job.result()), consumed


def _sketch_block(block: RawBlock, sketcher: Sketcher, options: ReadOptions, native: bool) -> _Batch:
    """Sketch a block: canonical lines as they stand, others through the general reader first."""
    if native:
        first = sketcher.sketch(block.data)
        read = first.table.num_rows
        if first.slow.size == 0:
            return _Batch(first.table, read, ())
        lines = (
            (block.first_line + int(k), block.data[first.line_begin[k] : first.line_end[k]]) for k in first.slow
        )
        tables = [first.table]
    else:
        lines = ((block.first_line + k, raw) for k, raw in enumerate(block.data.split(b"\n")) if raw)
        tables = []
        read = 0
    reader = LineReader(options)
    good: list[bytes] = []
    places: list[int] = []
    rejects: list[Reject] = []
    for number, raw in lines:
        exchanges, bad = reader.convert(raw, block.path, number)
        good += exchanges
        places += [number] * len(exchanges)
        rejects += bad
        read += len(exchanges) + len(bad)
    if good:
        again = sketcher.sketch(b"\n".join(good) + b"\n")
        tables.append(again.table)
        rejects += [
            Reject(block.path, places[k], "the record has a value of a size or shape that cannot be kept")
            for k in again.slow.tolist()
        ]
    return _Batch(pa.concat_tables(tables) if tables else _NOTHING, read, tuple(rejects))


class _StoreKeys:
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


def _already_read(store: Store, source: Source) -> ReadFile | None:
    """The record of an earlier complete reading, when the file has not changed since."""
    if source.path == "-":
        return None
    found = os.stat(source.path)
    path = str(Path(source.path).resolve())
    for known in store.manifest.files:
        if known.path == path and known.size == found.st_size and known.modified_ns == found.st_mtime_ns:
            return known
    return None


def _finished(source: Source, records: int) -> list[ReadFile]:
    if source.path == "-":
        return []
    found = os.stat(source.path)
    return [ReadFile(str(Path(source.path).resolve()), found.st_size, found.st_mtime_ns, records)]
