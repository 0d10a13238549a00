"""Ingest: logs in, sketched exchanges in the store; every record once, every bad line set aside."""

from __future__ import annotations

import dataclasses
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from stillwatch import clock
from stillwatch.logs.contract import RawBlock, ReadOptions, Reject
from stillwatch.logs.reading import LineReader, file_format
from stillwatch.logs.sources import Source, raw_blocks
from stillwatch.traffic.dedupe import StoreKeys
from stillwatch.traffic.sketch import SCHEMA, Sketcher
from stillwatch.traffic.store import Part, ReadFile, Store, writing

if TYPE_CHECKING:
    from stillwatch.traffic.background import Background
    from stillwatch.traffic.pseudonyms import Pseudonymiser

_BLOCK_BYTES: Final = 8 * 2**20
_ROWS_PER_PART: Final = 262_144
_FUTURE_US: Final = 24 * 3600 * 1_000_000
_NO_ROWS: Final = SCHEMA.empty_table()
_NO_LINES: Final = np.zeros(0, dtype=np.int64)


@dataclasses.dataclass(slots=True)
class Counts:
    """What an ingest met: records read, set aside, met before, and taken."""

    read: int = 0
    rejected: int = 0
    duplicates: int = 0
    taken: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """What one block became.

    Attributes:
        table: rows of `sketch.SCHEMA`.
        lines: int64 (rows): number of the line that each row came from.
        read: exchanges met, good or not.
        rejects: what had to be set aside.
    """

    table: pa.Table
    lines: Any
    read: int
    rejects: tuple[Reject, ...]


NOTHING: Final = Batch(_NO_ROWS, _NO_LINES, 0, ())
"""What an empty block becomes."""


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
        store.manifest = Store.open(store.path).manifest  # as it is now that nobody else can change it
        store.sweep()
        keys = StoreKeys(store)
        parts = _Parts(store, pool)
        for source in sources:
            if (known := _already_read(store, source)) is not None:
                counts.read += known.records
                counts.duplicates += known.records
                on_progress(source.size or 0, known.records)
                continue
            state = _state(source)
            before = counts.read
            for batch, consumed in _batches(source, options, sketcher, pool, threads):
                for reject in batch.rejects:
                    on_reject(reject)
                fresh = keys.keep_new(batch.table)
                counts.read += batch.read
                counts.rejected += len(batch.rejects)
                counts.duplicates += batch.table.num_rows - fresh.num_rows
                counts.taken += fresh.num_rows
                on_progress(consumed, batch.read)
                parts.add(fresh)
            if state is not None:
                parts.finished(msgspec.structs.replace(state, records=counts.read - before))
        parts.close()
    return counts


class _Parts:
    """Gathers exchanges into parts, written while the next blocks are sketched and committed in order.

    Args:
        store: where to.
        pool: where parts are written, one at a time.
    """

    def __init__(self, store: Store, pool: ThreadPoolExecutor) -> None:
        self._store = store
        self._pool = pool
        self._tables: list[pa.Table] = []
        self._rows = 0
        self._files: list[ReadFile] = []
        self._underway: tuple[Future[Part], list[ReadFile]] | None = None

    def add(self, table: pa.Table) -> None:
        """Take exchanges; starts a part when there are enough."""
        if table.num_rows:
            self._tables.append(table)
            self._rows += table.num_rows
        if self._rows >= _ROWS_PER_PART:
            self._write()

    def finished(self, file: ReadFile) -> None:
        """A file has been read to its end; it counts as read once its last part does."""
        self._files.append(file)

    def close(self) -> None:
        """Write and commit what remains."""
        self._write()
        self._commit()

    def _write(self) -> None:
        self._commit()
        if self._tables:
            self._underway = self._pool.submit(self._store.write_part, self._tables), self._files
            self._tables, self._rows, self._files = [], 0, []
        elif self._files:
            self._store.add([], self._files)
            self._files = []

    def _commit(self) -> None:
        if self._underway is not None:
            part, files = self._underway
            self._underway = None
            self._store.add([part.result()], files)


def _batches(
    source: Source, options: ReadOptions, sketcher: Sketcher, pool: ThreadPoolExecutor, threads: int
) -> Iterator[tuple[Batch, int]]:
    """The blocks of one file in order, sketched a few at a time, each with the bytes of the file it took."""
    queue: deque[tuple[Future[Batch] | Batch, int]] = deque()
    native: bool | None = None
    done = 0
    for block in raw_blocks(source, options, _BLOCK_BYTES):
        if isinstance(block, Reject):
            queue.append((Batch(_NO_ROWS, _NO_LINES, 1, (block,)), 0))
        else:
            if native is None:
                found = file_format(block.data[:65536])
                native = _as_it_stands(options) and (found is None or found.name == "canonical")
            queue.append((pool.submit(sketch_block, block, sketcher, options, native), block.consumed - done))
            done = block.consumed
        while len(queue) > threads + 1:
            yield _next(queue)
    while queue:
        yield _next(queue)


def _as_it_stands(options: ReadOptions) -> bool:
    """Whether the options leave canonical lines as they are."""
    named = options.format in (None, "canonical") and options.key_map is None
    return named and options.account is None and options.account_from is None


def _next(queue: deque[tuple[Future[Batch] | Batch, int]]) -> tuple[Batch, int]:
    job, consumed = queue.popleft()
    return (job if isinstance(job, Batch) else job.result()), consumed


def sketch_block(block: RawBlock, sketcher: Sketcher, options: ReadOptions, native: bool) -> Batch:
    """Sketch a block: canonical lines as they stand, others through the general reader first.

    Args:
        block: whole lines.
        sketcher: under which key.
        options: how to read.
        native: whether most lines are canonical ones; others then cost a second look.
    """
    if native:
        first = sketcher.sketch(block.data)
        read = first.table.num_rows
        found = first.rows + block.first_line
        if first.slow.size == 0:
            return Batch(first.table, found, read, ())
        lines = (
            (block.first_line + int(k), block.data[first.line_begin[k] : first.line_end[k]])
            for k in first.slow
        )
        tables, numbers = [first.table], [found]
    else:
        lines = ((block.first_line + k, raw) for k, raw in enumerate(block.data.split(b"\n")) if raw)
        tables, numbers = [], [_NO_LINES]
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
        again = sketcher.sketch(b"\n".join(good) + b"\n", checked=True)
        tables.append(again.table)
        numbers.append(np.array(places, dtype=np.int64)[again.rows])
        rejects += [
            Reject(block.path, places[k], "the record has a value of a size or shape that cannot be kept")
            for k in again.slow.tolist()
        ]
    table = pa.concat_tables(tables) if tables else _NO_ROWS
    return Batch(table, np.concatenate(numbers), read, tuple(rejects))


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


def _state(source: Source) -> ReadFile | None:
    """The file as it is before it is read: what is appended meanwhile will be read the next time."""
    if source.path == "-":
        return None
    found = os.stat(source.path)
    return ReadFile(str(Path(source.path).resolve()), found.st_size, found.st_mtime_ns, 0)
