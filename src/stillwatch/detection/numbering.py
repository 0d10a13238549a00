"""Numbering the word grams that several accounts share, the history's and the present's together.

What fewer than three accounts use links nobody and is most of all grams, so it is dropped here, once, for the whole
log; that a gram will be shared later is used for nothing but keeping its number.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.traffic.kernel import allocating

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

_CHUNK: Final = 16_000_000
_OLDER: Final = 1 << 30  # account numbers of the history lie above those of the present


@allocating
def number_shared(grams: Any, offsets: Any, account: Any, part: int, parts: int, size: int, ids: Any) -> int:
    """Number the grams that at least three accounts use, for one share of the hash space.

    Args:
        grams: uint64 (total).
        offsets: int64 (rows + 1).
        account: int32 (rows).
        part: which share of the hash space, ``parts`` how many there are.
        parts: see ``part``.
        size: slots of the hash table, a power of two.
        ids: out, int32 (total): number within this share, from 0; -1 where fewer than three accounts use the gram.

    Returns:
        How many were numbered, or -1 when the table was too small.
    """
    keys = np.zeros(size, dtype=np.uint64)
    first = np.full(size, -1, dtype=np.int32)
    second = np.full(size, -1, dtype=np.int32)
    number = np.full(size, -1, dtype=np.int32)
    mask = np.uint64(size - 1)
    zero = np.uint64(0)
    share = np.uint64(parts)
    mine = np.uint64(part)
    used = 0
    shared = 0
    for row in range(account.size):
        who = account[row]
        for k in range(offsets[row], offsets[row + 1]):
            gram = grams[k]
            if (gram >> np.uint64(40)) % share != mine:
                continue
            slot = gram & mask
            while keys[slot] != zero and keys[slot] != gram:
                slot = (slot + np.uint64(1)) & mask
            if keys[slot] == zero:
                keys[slot] = gram
                first[slot] = who
                used += 1
                if used * 10 > size * 8:
                    return -1
            elif first[slot] != who:
                if second[slot] < 0:
                    second[slot] = who
                elif second[slot] != who and number[slot] < 0:
                    number[slot] = shared
                    shared += 1
    for k in range(grams.size):
        gram = grams[k]
        if (gram >> np.uint64(40)) % share != mine:
            continue
        slot = gram & mask
        while keys[slot] != gram:
            slot = (slot + np.uint64(1)) & mask
        ids[k] = number[slot]
    return shared


@allocating
def shift_ids(grams: Any, part: int, parts: int, base: int, ids: Any) -> None:
    """Turn numbers within a share into numbers over all shares."""
    share = np.uint64(parts)
    mine = np.uint64(part)
    for k in range(grams.size):
        if ids[k] >= 0 and (grams[k] >> np.uint64(40)) % share == mine:
            ids[k] += base


@allocating
def compact(
    ids: Any, offsets: Any, grams: Any, out_ids: Any, out_places: Any, out_offsets: Any, value: Any
) -> int:
    """Keep the numbered grams of each exchange, once each, with their place in the prompt's list.

    Args:
        ids: int32 (total).
        offsets: int64 (rows + 1).
        grams: uint64 (total).
        out_ids: out, int32 (numbered).
        out_places: out, int16 (numbered).
        out_offsets: out, int64 (rows + 1).
        value: out, uint64 (features): the gram behind each number.

    Returns:
        How many were kept.
    """
    at = 0
    out_offsets[0] = 0
    for row in range(offsets.size - 1):
        begin = at
        for k in range(offsets[row], offsets[row + 1]):
            f = ids[k]
            if f < 0:
                continue
            again = False
            for j in range(begin, at):
                if out_ids[j] == f:
                    again = True
                    break
            if again:
                continue
            out_ids[at] = f
            out_places[at] = k - offsets[row]
            value[f] = grams[k]
            at += 1
        out_offsets[row + 1] = at
    return at


@dataclasses.dataclass(frozen=True, slots=True)
class Numbered:
    """Numbered grams: (ids, places, offsets) of the present and of the past, and the gram behind each number."""

    present: tuple[Any, Any, Any]
    past: tuple[Any, Any, Any]
    value: Any


def number(frame: Frame, threads: int) -> Numbered:
    """Number the grams that three accounts share and list them per exchange, the history's first."""
    grams, offsets, account, rows = frame.grams, frame.gram_offsets, frame.account, 0
    if frame.history is not None:
        old = frame.history
        rows = old.size
        grams = np.concatenate((old.grams, grams))
        offsets = np.concatenate((old.gram_offsets, old.gram_offsets[-1] + offsets[1:]))
        account = np.concatenate((old.account + np.int32(_OLDER), account))
    total = grams.size
    parts = max(threads, -(-total // _CHUNK))
    ids = np.full(total, -1, dtype=np.int32)

    def one(part: int) -> int:
        size = 1 << max(10, int(np.ceil(np.log2(max(total / parts, 1) * 1.3))))
        while True:
            count = number_shared(grams, offsets, account, part, parts, size, ids)
            if count >= 0:
                return int(count)
            size *= 2

    with ThreadPoolExecutor(threads) as pool:
        counts = list(pool.map(one, range(parts)))
        bases = np.concatenate(([0], np.cumsum(counts)))
        list(pool.map(lambda p: shift_ids(grams, p, parts, int(bases[p]), ids), range(parts)))
    numbered = int((ids >= 0).sum())
    out_ids = np.empty(numbered, dtype=np.int32)
    places = np.empty(numbered, dtype=np.int16)
    out_offsets = np.zeros(offsets.size, dtype=np.int64)
    value = np.zeros(int(bases[-1]), dtype=np.uint64)
    kept = compact(ids, offsets, grams, out_ids, places, out_offsets, value)
    cut = int(out_offsets[rows])
    return Numbered(
        (out_ids[cut:kept], places[cut:kept], out_offsets[rows:] - cut),
        (out_ids[:cut], places[:cut], out_offsets[: rows + 1]),
        value,
    )
