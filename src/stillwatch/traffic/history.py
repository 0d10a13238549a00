"""Building the background from a store: how many accounts used which gram, in bounded memory.

Parts are read one at a time and accounts are numbered across all of them. A store too large to count at once
is counted in slices of the gram space, each slice a pass over the parts, so distinct accounts stay exact.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.traffic.background import Background
from stillwatch.traffic.kernel import kernel

if TYPE_CHECKING:
    from stillwatch.traffic.store import Store

DAY_US: Final = 86_400_000_000
USES_AT_ONCE: Final = 32_000_000
_SLICE_SHIFT: Final = np.uint64(20)  # bits that neither the sampling threshold nor the hash tables use


def background_of(
    store: Store, *, until_us: int | None = None, source: str, uses_at_once: int = USES_AT_ONCE
) -> Background:
    """Count, for each gram of the store, the accounts that used it and the day it was last met.

    Args:
        store: earlier traffic of the site.
        until_us: only exchanges before this time, in microseconds since 1970 UTC; all if None.
        source: where the traffic came from, in words.
        uses_at_once: gram uses held in memory at a time.
    """
    numbers: dict[str, int] = {}
    total = sum(uses.grams.size for uses in _uses(store, until_us, numbers, 0, 1))
    slices = max(1, -(-total // uses_at_once))
    counted = [_counted(store, until_us, numbers, place, slices, source) for place in range(slices)]
    grams = np.concatenate([part.grams for part in counted])
    order = np.argsort(grams)
    return Background(
        len(numbers),
        grams[order],
        np.concatenate([part.uses for part in counted])[order],
        np.concatenate([part.seen for part in counted])[order],
        source,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Uses:
    """Uses of grams: which, by which account, on which day."""

    grams: Any
    accounts: Any
    days: Any


def _counted(
    store: Store, until_us: int | None, numbers: dict[str, int], place: int, slices: int, source: str
) -> Background:
    """The background of one slice of the gram space."""
    parts = list(_uses(store, until_us, numbers, place, slices))
    if not parts:
        nothing = np.zeros(0, dtype=np.int32)
        return Background(0, np.zeros(0, dtype=np.uint64), nothing, nothing, source)
    accounts = np.concatenate([part.accounts for part in parts])
    grouped = np.argsort(accounts, kind="stable")  # counting needs equal accounts to stand together
    grams = np.concatenate([part.grams for part in parts])[grouped]
    days = np.concatenate([part.days for part in parts])[grouped]
    background = Background.count(grams, accounts[grouped], days, source)
    seen = np.zeros(background.grams.size, dtype=np.int32)
    size = 1 << max(4, int(background.grams.size * 2).bit_length())
    _last_days(background.grams, grams, days, np.full(size, -1, dtype=np.int64), seen)
    return dataclasses.replace(background, seen=seen)


def _uses(
    store: Store, until_us: int | None, numbers: dict[str, int], place: int, slices: int
) -> Iterator[_Uses]:
    """The uses in one slice, part by part; accounts new to ``numbers`` are added to it."""
    for part, path in zip(store.manifest.parts, store.part_paths(), strict=True):
        if until_us is not None and part.first_ts >= until_us:
            continue
        for batch in pq.ParquetFile(path).iter_batches(columns=["ts", "account_id", "grams"]):
            uses = _uses_of(batch, until_us, numbers)
            if slices > 1:
                here = (uses.grams >> _SLICE_SHIFT) % np.uint64(slices) == np.uint64(place)
                uses = _Uses(uses.grams[here], uses.accounts[here], uses.days[here])
            yield uses


def _uses_of(batch: pa.RecordBatch, until_us: int | None, numbers: dict[str, int]) -> _Uses:
    """The uses in one batch of exchanges."""
    ts = batch.column("ts").cast(pa.int64()).to_numpy()
    if until_us is not None and not (early := ts < until_us).all():
        batch = batch.filter(pa.array(early))
        ts = ts[early]
    coded = batch.column("account_id")
    if not isinstance(coded, pa.DictionaryArray):
        coded = coded.dictionary_encode()
    used = np.unique(coded.indices.to_numpy())  # a dictionary may name accounts that were filtered out
    names = coded.dictionary
    number = np.zeros(len(names), dtype=np.int32)
    for code in used.tolist():
        number[code] = numbers.setdefault(names[code].as_py(), len(numbers))
    lists = batch.column("grams")
    lengths = lists.value_lengths().to_numpy()
    return _Uses(
        lists.flatten().to_numpy(),
        np.repeat(number[coded.indices.to_numpy()], lengths),
        np.repeat((ts // DAY_US).astype(np.int32), lengths),
    )


@kernel
def _last_days(keys: Any, grams: Any, days: Any, places: Any, out: Any) -> None:
    """The latest day of each key among the uses.

    Args:
        keys: uint64 (n), distinct.
        grams: uint64 (uses).
        days: int32 (uses).
        places: int64, -1, size a power of two and at least twice n: scratch.
        out: int32 (n), zeros.
    """
    mask = np.uint64(places.size - 1)
    for k in range(keys.size):
        slot = keys[k] & mask
        while places[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        places[slot] = k
    for u in range(grams.size):
        slot = grams[u] & mask
        while places[slot] >= 0:
            k = places[slot]
            if keys[k] == grams[u]:
                out[k] = max(out[k], days[u])
                break
            slot = (slot + np.uint64(1)) & mask
