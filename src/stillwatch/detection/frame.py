"""The exchanges under judgement as plain arrays in time order."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.detection.compiled import place_lists
from stillwatch.detection.sharing_facts import verbatim_from
from stillwatch.traffic.sketch import SCHEMA

if TYPE_CHECKING:
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
        clauses: uint64 (total), ``clause_offsets`` int64 (n + 1): longest clauses of each exchange.
        clause_offsets: see ``clauses``.
        infrastructure: per kind of pivot, uint64 (n) pseudonyms, 0 where the log gave none.
        first_turn: bool (n): whether the exchange holds at most one thing the user said.
        verbatim_from: int64 (n): from which exchange on nothing longer in it was its own (see `sharing_facts`).
        created: int64 (n): when the account was opened, microseconds since 1970 UTC; 0 where the log does not say.
        newcomer: bool (n): whether the history lacks the account or, without one, it was first met a day into the log.
        table: all other columns in the same order, with ``row`` numbering them.
        history: earlier traffic of the site, if there is any.
    """

    ts: Any
    account: Any
    accounts: tuple[str, ...]
    grams: Any
    gram_offsets: Any
    clauses: Any
    clause_offsets: Any
    infrastructure: dict[str, Any]
    first_turn: Any
    verbatim_from: Any
    created: Any
    newcomer: Any
    table: pa.Table
    history: Frame | None

    @property
    def size(self) -> int:
        """Number of exchanges."""
        return int(self.ts.size)


SETTLING_US: Final = 24 * 3_600_000_000  # who is active at all has mostly shown up by then
_PIVOTS: Final = ("address", "payment")
_HASHES: Final = ("grams", "clauses", "minhash")


def load(store: Store, history: Frame | None = None) -> Frame:
    """Load a store into a frame; ties in time are ordered by record key, so order of files does not matter."""
    with ThreadPoolExecutor(2) as pool:
        grams_read = pool.submit(_read, store, ["grams"])
        clauses_read = pool.submit(_read, store, ["clauses"])
        light = _read(store, [name for name in SCHEMA.names if name not in _HASHES]).unify_dictionaries()
        ts = light["ts"].cast(pa.int64()).to_numpy()
        order = np.lexsort((light["record"].to_numpy(), ts))
        if not _in_order(order):
            light = light.take(pa.array(order))
            ts = ts[order]
        light = light.combine_chunks()
        codes, names = _by_first_appearance(_only_chunk(light["account_id"]))
        clauses, clause_offsets = _ordered_lists(clauses_read.result()["clauses"], order)
        verbatim = pool.submit(verbatim_from, clauses, clause_offsets, codes)
        grams, gram_offsets = _ordered_lists(grams_read.result()["grams"], order)
        past = history if history is not None and history.size else None
        newcomer = _newcomers(names, codes, ts, past)
        light = light.append_column("row", pa.array(np.arange(ts.size, dtype=np.int64)))
        light = light.append_column("account", pa.array(codes))
        light = light.append_column("newcomer", pa.array(newcomer))
        return Frame(
            ts=ts,
            account=codes,
            accounts=names,
            grams=grams,
            gram_offsets=gram_offsets,
            clauses=clauses,
            clause_offsets=clause_offsets,
            infrastructure={kind: light[kind].fill_null(0).to_numpy() for kind in _PIVOTS},
            first_turn=light["user_messages"].to_numpy() <= 1,
            verbatim_from=verbatim.result(),
            created=light["account_created_at"].cast(pa.int64()).fill_null(0).to_numpy(),
            newcomer=newcomer,
            table=light,
            history=past,
        )


def _read(store: Store, columns: list[str]) -> pa.Table:
    """Some columns of all parts."""
    if not store.manifest.parts:
        return SCHEMA.empty_table().select(columns)
    return pa.concat_tables(pq.read_table(path, columns=columns) for path in store.part_paths())


def _in_order(order: Any) -> bool:
    return bool((order == np.arange(order.size)).all())


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
    return (first > ts[0] + SETTLING_US)[codes]


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


def _ordered_lists(column: pa.ChunkedArray, order: Any) -> tuple[Any, Any]:
    """A list column's values and offsets in the given order; its chunks are given up one by one as they are copied."""
    chunks = column.chunks
    length = np.concatenate([np.zeros(0, dtype=np.int64), *(np.diff(c.offsets.to_numpy()) for c in chunks)])
    offsets = np.zeros(order.size + 1, dtype=np.int64)
    np.cumsum(length[order], out=offsets[1:])
    begins = np.empty(order.size, dtype=np.int64)
    begins[order] = offsets[:-1]
    out = np.empty(int(offsets[-1]), dtype=np.uint64)
    row = 0
    chunks.reverse()
    del column
    while chunks:
        chunk = chunks.pop()
        place_lists(chunk.values.to_numpy(), chunk.offsets.to_numpy(), begins[row : row + len(chunk)], out)
        row += len(chunk)
    return out, offsets
