"""The exchanges under judgement as plain arrays in time order."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.detection.checkpoints import log_begin
from stillwatch.detection.lists import place_lists
from stillwatch.detection.room import Room
from stillwatch.detection.sharing_facts import verbatim_from
from stillwatch.traffic.sketch import SCHEMA
from stillwatch.traffic.store import Store


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """Sketched exchanges, oldest first.

    Attributes:
        ts: int64 (n): microseconds since 1970 UTC.
        account: int32 (n): number of the account in ``accounts``, numbered by first appearance.
        accounts: account ids.
        grams: uint64 (total), ``gram_offsets`` int64 (n + 1): kept word grams of each exchange.
        gram_offsets: see ``grams``.
        infrastructure: per kind of pivot, uint64 (n) pseudonyms, 0 where the log gave none.
        first_turn: bool (n): whether the exchange holds at most one thing the user said.
        verbatim_from: int64 (n): from which exchange on nothing longer in it was its own (see `sharing_facts`).
        created: int64 (n): when the account was opened, microseconds since 1970 UTC; 0 where the log does not say.
        newcomer: bool (n): whether the history lacks the account or, without one, it was first met a day into the log.
        table: all other columns in the same order, with ``row`` numbering them.
        history: earlier traffic of the site, if there is any.
        parts: the files it was loaded from.
        room: where its large columns stand.
    """

    ts: Any
    account: Any
    accounts: tuple[str, ...]
    grams: Any
    gram_offsets: Any
    infrastructure: dict[str, Any]
    first_turn: Any
    verbatim_from: Any
    created: Any
    newcomer: Any
    table: pa.Table
    history: Frame | None
    parts: tuple[str, ...] = ()
    room: Room = dataclasses.field(default_factory=Room)

    @property
    def size(self) -> int:
        """Number of exchanges."""
        return int(self.ts.size)

    def in_history(self) -> int:
        """How many of the exchanges are among the earlier ones, too."""
        if self.history is None:
            return 0
        return int(np.isin(_records(self), _records(self.history)).sum())

    def rest(self) -> None:
        """Let go of the large columns' memory for now, as far as they stand in files."""
        self.room.rest()
        if self.history is not None:
            self.history.rest()


SETTLING_US: Final = 24 * 3_600_000_000  # who is active at all has mostly shown up by then
_PIVOTS: Final = ("address", "payment")
_HASHES: Final = ("grams", "clauses", "minhash")
_LIGHT_BYTES: Final = 256  # an exchange, about, in all columns without hashes
_ROWS_A_PIECE: Final = 65_536
_AT_ONCE: Final = 1 << 21  # with more exchanges, columns are read and ordered one after the other


def load(
    stores: Store | Sequence[Store],
    history: Frame | None = None,
    *,
    memory_gib: float = math.inf,
    folder: Path | None = None,
) -> Frame:
    """Load a store into a frame; ties in time are ordered by record key, so order of files does not matter.

    Args:
        stores: one, or several of one lab under one key: a record that several hold counts once.
        history: earlier traffic of the site.
        memory_gib: what all of the judgement may use; columns that are large beside it are put into files.
        folder: where such files may be made; None keeps everything in memory.

    Raises:
        StillwatchError: the disk is full.
    """
    several = [stores] if isinstance(stores, Store) else list(stores)
    parts = [path for store in several for path in store.part_paths()]
    rows = sum(store.rows for store in several)
    room = Room.within(memory_gib, 8 * _values(parts, "grams") + _LIGHT_BYTES * rows, folder)
    keys = _read(parts, ["record", "ts"])
    record, ts = keys["record"].to_numpy(), keys["ts"].cast(pa.int64()).to_numpy()
    order: Any = np.lexsort((record, ts))
    if len(several) > 1:
        order = order[np.sort(np.unique(record[order], return_index=True)[1])]
    del keys, record
    if _in_order(order, ts.size):
        order = None
    else:
        ts = ts[order]
    light = [name for name in SCHEMA.names if name not in _HASHES]
    columns: dict[str, Any] = {}
    for some in [light] if rows <= _AT_ONCE else [[name] for name in light]:
        columns |= _ordered(parts, some, order)
    codes, names = _by_first_appearance(_only_chunk(columns["account_id"]))
    with ThreadPoolExecutor(1) as pool:
        verbatim = pool.submit(_verbatim, parts, order, codes)
        grams, gram_offsets = _ordered_lists(parts, "grams", order, room)
        shared = verbatim.result()
    past = history if history is not None and history.size else None
    newcomer = _newcomers(names, codes, ts, past)
    columns["row"] = pa.array(np.arange(ts.size, dtype=np.int64))
    columns["account"] = pa.array(codes)
    columns["newcomer"] = pa.array(newcomer)
    table = room.table(pa.table(columns))
    columns.clear()
    return Frame(
        ts=ts,
        account=codes,
        accounts=names,
        grams=grams,
        gram_offsets=gram_offsets,
        infrastructure={kind: table[kind].fill_null(0).to_numpy() for kind in _PIVOTS},
        first_turn=table["user_messages"].to_numpy() <= 1,
        verbatim_from=shared,
        created=table["account_created_at"].cast(pa.int64()).fill_null(0).to_numpy(),
        newcomer=newcomer,
        table=table,
        history=past,
        parts=tuple(parts),
        room=room,
    )


def _records(frame: Frame) -> Any:
    """uint64: what makes each exchange the same exchange."""
    return frame.table["record"].to_numpy()


def _values(parts: Sequence[str], column: str) -> int:
    """Values of a list column in all parts; an empty list counts as one."""
    total = 0
    for path in parts:
        about = pq.read_metadata(path)
        place = next(
            k for k in range(about.num_columns) if about.schema.column(k).path.startswith(f"{column}.")
        )
        total += sum(about.row_group(k).column(place).num_values for k in range(about.num_row_groups))
    return total


def _read(parts: Sequence[str], columns: list[str]) -> pa.Table:
    """Some columns of all parts."""
    if not parts:
        return SCHEMA.empty_table().select(columns)
    return pa.concat_tables(pq.read_table(path, columns=columns) for path in parts).unify_dictionaries()


def _ordered(parts: Sequence[str], columns: list[str], order: Any) -> dict[str, Any]:
    """Columns in the given order (None: as they stand), each in one piece."""
    read = _read(parts, columns)
    taken = (read if order is None else read.take(pa.array(order))).combine_chunks()
    return {name: _only_chunk(taken[name]) for name in columns}


def _verbatim(parts: Sequence[str], order: Any, codes: Any) -> Any:
    return verbatim_from(*_ordered_lists(parts, "clauses", order, Room()), codes)


def _in_order(order: Any, rows: int) -> bool:
    return order.size == rows and bool((order[1:] > order[:-1]).all())


def _only_chunk(column: Any) -> Any:
    """A combined column as one array."""
    if isinstance(column, pa.ChunkedArray):
        return column.chunk(0) if column.num_chunks else column.combine_chunks()
    return column


def _newcomers(names: tuple[str, ...], codes: Any, ts: Any, past: Frame | None) -> Any:
    """Whether each exchange's account is new: unknown to the history or, without one, first met late in the log."""
    if past is not None:
        known = set(past.accounts)
        return np.array([name not in known for name in names], dtype=np.bool_)[codes]
    if codes.size == 0:
        return np.zeros(0, dtype=np.bool_)
    first = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(first, codes, ts)
    return (first > log_begin(ts, codes) + SETTLING_US)[codes]


def _by_first_appearance(coded: Any) -> tuple[Any, tuple[str, ...]]:
    """Renumber a dictionary column by first appearance, so numbers do not depend on what comes later."""
    if len(coded) == 0:
        return np.zeros(0, dtype=np.int32), ()
    if not isinstance(coded, pa.DictionaryArray):
        coded = coded.dictionary_encode()
    codes = coded.indices.to_numpy()
    used, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    rank = np.empty(used.size, dtype=np.int32)
    rank[np.argsort(first)] = np.arange(used.size, dtype=np.int32)
    names = coded.dictionary.to_pylist()
    ordered = [""] * used.size
    for k, code in enumerate(used.tolist()):
        ordered[rank[k]] = names[code]
    return rank[inverse], tuple(ordered)


def _ordered_lists(parts: Sequence[str], column: str, order: Any, room: Room) -> tuple[Any, Any]:
    """A list column's values and offsets in the given order (None: as it stands), read a piece at a time."""
    if order is None:
        return _lists_as_they_stand(parts, column, room)
    nothing = np.zeros(0, dtype=np.int64)
    lengths = np.concatenate([nothing, *(np.diff(c.offsets.to_numpy()) for c in _pieces(parts, column))])
    offsets = np.zeros(order.size + 1, dtype=np.int64)
    np.cumsum(lengths[order], out=offsets[1:])
    begins = np.full(lengths.size, -1, dtype=np.int64)
    begins[order] = offsets[:-1]
    out = room.array(int(offsets[-1]), np.uint64)
    row = 0
    for piece in _pieces(parts, column):
        place_lists(piece.values.to_numpy(), piece.offsets.to_numpy(), begins[row : row + len(piece)], out)
        row += len(piece)
        room.rest()
    return out, offsets


def _lists_as_they_stand(parts: Sequence[str], column: str, room: Room) -> tuple[Any, Any]:
    """A list column's values and offsets, read once."""
    out = room.array(_values(parts, column), np.uint64)
    lengths = [np.zeros(1, dtype=np.int64)]
    at = 0
    for piece in _pieces(parts, column):
        edges = piece.offsets.to_numpy().astype(np.int64)
        place_lists(piece.values.to_numpy(), edges, edges[:-1] - edges[0] + at, out)
        lengths.append(np.diff(edges))
        at += int(edges[-1] - edges[0])
        room.rest()
    return out[:at], np.cumsum(np.concatenate(lengths))


def _pieces(parts: Sequence[str], column: str) -> Iterator[pa.ListArray]:
    """A list column of all parts, some rows at a time."""
    for path in parts:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_ROWS_A_PIECE, columns=[column]):
                yield batch.column(0)
