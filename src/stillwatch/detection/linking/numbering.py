"""Numbering the word grams that several accounts share, the history's and the present's together.

A gram links from four accounts on, so what fewer use is dropped here, once, for the whole log; that a gram will be
shared later is used for nothing but keeping its number. Most grams are used by hardly anybody: a first pass over a
table without keys, where grams that meet in one place share it, lets only the others come to the exact one. Grams are
looked at some exchanges at a time, so that they may stand in a file, and in shares of the hash space, so that the
exact tables stay small.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.linking.bitmaps import bits_of, four, tag_of
from stillwatch.traffic.kernel import kernel

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

_USES_A_PLACE: Final = 2
_LEAST_BITS: Final = 10
_MOST_BITS: Final = 28
_MOST_SLOTS: Final = 1 << 24
_ROWS_A_PIECE: Final = 1 << 17
_ROWS_A_LOOK: Final = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Numbered:
    """Numbered grams: (ids, places, offsets) of the present and of the past, and the gram behind each number."""

    present: tuple[Any, Any, Any]
    past: tuple[Any, Any, Any]
    value: Any


def number(frame: Frame, threads: int) -> Numbered:
    """Number the grams that four accounts share and list them per exchange, the history's first."""
    frames = [frame] if frame.history is None else [frame.history, frame]
    with ThreadPoolExecutor(threads) as pool:
        value = _shared_by_four(frames, threads, pool)
        index = _index(value)
        listed = [_listed(each, value, index, pool) for each in frames]
    nothing = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int16), np.zeros(1, dtype=np.int64)
    return Numbered(listed[-1], listed[0] if len(listed) > 1 else nothing, value)


def _shared_by_four(frames: list[Frame], threads: int, pool: ThreadPoolExecutor) -> Any:
    """uint64: the grams that four accounts share, each at its number."""
    bits = _bits(frames)
    met = np.zeros(1 << bits, dtype=np.uint32)
    list(pool.map(lambda part: _meet_share(frames, bits, met, part, threads), range(threads)))
    crowded = sum(pool.map(lambda part: _crowded(_share_of(met, part, threads)[1]), range(threads)))
    parts = threads * max(1, -(-int(crowded * 2.5) // (threads * _MOST_SLOTS)))
    shares = pool.map(lambda part: _number_share(frames, bits, met, part, parts), range(parts))
    return np.concatenate([np.zeros(0, dtype=np.uint64), *shares])


def _bits(frames: list[Frame]) -> int:
    """The size of the rough table, as a power of two."""
    total: int = max(1, sum(int(each.grams.size) for each in frames) // _USES_A_PLACE)
    return min(_MOST_BITS, max(_LEAST_BITS, total.bit_length()))


def _share_of(met: Any, part: int, parts: int) -> tuple[int, Any]:
    """The first place of a share, and its places."""
    begin, end = (met.size * k // parts for k in (part, part + 1))
    return begin, met[begin:end]


def _looks(each: Frame) -> Iterator[tuple[int, int]]:
    """The exchanges of a frame, some at a time; what was looked at need not stay in memory."""
    for low in range(0, each.size, _ROWS_A_LOOK):
        yield low, min(low + _ROWS_A_LOOK, each.size)
        each.rest()


def _meet_share(frames: list[Frame], bits: int, met: Any, part: int, parts: int) -> None:
    """Note who used the grams of one share."""
    begin, mine = _share_of(met, part, parts)
    for each in frames:
        for low, high in _looks(each):
            uses = each.grams, each.gram_offsets, each.account, low, high
            _meet_roughly(*uses, np.uint64(64 - bits), np.uint64(begin), mine)


def _number_share(frames: list[Frame], bits: int, met: Any, part: int, parts: int) -> Any:
    """uint64: the grams of one share that four accounts use, in the order in which the fourth one came."""
    begin, mine = _share_of(met, part, parts)
    size = 1 << max(_LEAST_BITS, int(_crowded(mine) * 2.5).bit_length())
    while True:
        table = np.zeros((size, 2), dtype=np.uint64)
        state = np.zeros(2, dtype=np.int64)
        for each in frames:
            for low, high in _looks(each):
                uses = each.grams, each.gram_offsets, each.account, low, high
                _number_shared(*uses, np.uint64(64 - bits), np.uint64(begin), mine, table, state)
        if state[0] * 10 <= size * 8:
            break
        size *= 2
    here = np.flatnonzero(table[:, 1] >> np.uint64(32))
    value = np.zeros(int(state[1]), dtype=np.uint64)
    value[(table[here, 1] >> np.uint64(32)).astype(np.int64) - 1] = table[here, 0]
    return value


@kernel
def _meet_roughly(
    grams: Any, offsets: Any, account: Any, low: int, high: int, shift: Any, begin: Any, met: Any
) -> None:
    """Note who used the grams of a share in the exchanges from ``low`` to ``high``, by place."""
    size = np.uint64(met.size)
    for row in range(low, high):
        mine = np.uint32(bits_of(tag_of(account[row])))
        for k in range(offsets[row], offsets[row + 1]):
            place = (grams[k] >> shift) - begin
            if place < size:
                met[place] |= mine


@kernel
def _crowded(met: Any) -> int:
    count = 0
    for k in range(met.size):
        count += four(met[k])
    return count


@kernel
def _number_shared(
    grams: Any,
    offsets: Any,
    account: Any,
    low: int,
    high: int,
    shift: Any,
    begin: Any,
    met: Any,
    table: Any,
    state: Any,
) -> None:
    """Count the users of the grams in crowded places exactly and number those that four accounts use.

    Args:
        grams: uint64 (total).
        offsets: int64 (rows + 1).
        account: int32 (rows).
        low: first exchange to take in, ``high`` the one after the last.
        high: see ``low``.
        shift: which bits of a gram are its place.
        begin: first place of this share.
        met: uint32: who was met at each place.
        table: uint64 (size, 2), its size a power of two: the gram; a bitmap of its accounts in the low half and, from
            the fourth account on, one more than its number in the high half.
        state: int64: grams in the table, grams numbered. Nothing more is done when the table is too full.
    """
    size = np.uint64(met.size)
    mask = np.uint64(table.shape[0] - 1)
    zero = np.uint64(0)
    for row in range(low, high):
        mine = bits_of(tag_of(account[row])) & np.uint64(0xFFFFFFFF)
        for k in range(offsets[row], offsets[row + 1]):
            gram = grams[k]
            place = (gram >> shift) - begin
            if place >= size or not four(met[place]):
                continue
            slot = gram & mask
            while table[slot, 0] != zero and table[slot, 0] != gram:
                slot = (slot + np.uint64(1)) & mask
            if table[slot, 0] == zero:
                table[slot, 0] = gram
                state[0] += 1
                if state[0] * 10 > table.shape[0] * 8:
                    return
            known = table[slot, 1]
            if known >> np.uint64(32) == zero:
                known |= mine
                if four(np.uint32(known)):
                    state[1] += 1
                    known |= np.uint64(state[1]) << np.uint64(32)
                table[slot, 1] = known


def _index(value: Any) -> Any:
    """int32: an open-addressing table of the numbers of grams, -1 where nothing stands."""
    index = np.full(1 << max(_LEAST_BITS, int(value.size * 2.5).bit_length()), -1, dtype=np.int32)
    _fill(value, index)
    return index


@kernel
def _fill(value: Any, index: Any) -> None:
    mask = np.uint64(index.size - 1)
    for number in range(value.size):
        slot = value[number] & mask
        while index[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        index[slot] = number


def _listed(each: Frame, value: Any, index: Any, pool: ThreadPoolExecutor) -> tuple[Any, Any, Any]:
    """The numbered grams of each exchange, once each, with their place in the prompt's list."""
    offsets = np.zeros(each.size + 1, dtype=np.int64)

    def piece(low: int) -> tuple[Any, Any]:
        high = min(low + _ROWS_A_PIECE, each.size)
        uses = int(each.gram_offsets[high] - each.gram_offsets[low])
        ids, places = np.empty(uses, dtype=np.int32), np.empty(uses, dtype=np.int16)
        latest = np.full(value.size, -1, dtype=np.int32)
        rows = each.grams, each.gram_offsets, low, high
        kept = _look_up(*rows, value, index, latest, ids, places, offsets)
        each.rest()
        return ids[:kept].copy(), places[:kept].copy()

    pieces = list(pool.map(piece, range(0, each.size, _ROWS_A_PIECE)))
    np.cumsum(offsets, out=offsets)
    end = int(offsets[-1])
    ids, places = each.room.array(end, np.int32), each.room.array(end, np.int16)
    while pieces:  # given up one by one as they are copied
        some, where = pieces.pop()
        ids[end - some.size : end], places[end - some.size : end] = some, where
        end -= some.size
    return ids, places, offsets


@kernel
def _look_up(
    grams: Any,
    offsets: Any,
    low: int,
    high: int,
    value: Any,
    index: Any,
    latest: Any,
    ids: Any,
    places: Any,
    lengths: Any,
) -> int:
    """List the numbers of the grams of each exchange that have one, once each.

    Args:
        grams: uint64 (total), ``offsets`` int64 (rows + 1).
        offsets: see ``grams``.
        low: first exchange, ``high`` the one after the last.
        high: see ``low``.
        value: uint64 (features): the gram behind each number.
        index: int32: numbers by hash, as of `_index`.
        latest: int32 (features), -1: scratch.
        ids: out, int32: the numbers, closed up.
        places: out, int16: place of each kept gram in its exchange's list.
        lengths: out, int64 (rows + 1): grams kept of each exchange, behind a first that is left alone.

    Returns:
        How many were kept.
    """
    at = 0
    mask = np.uint64(index.size - 1)
    for row in range(low, high):
        begin = at
        for k in range(offsets[row], offsets[row + 1]):
            gram = grams[k]
            slot = gram & mask
            while index[slot] >= 0 and value[index[slot]] != gram:
                slot = (slot + np.uint64(1)) & mask
            number = index[slot]
            if number < 0 or latest[number] == row:
                continue
            latest[number] = row
            ids[at] = number
            places[at] = k - offsets[row]
            at += 1
        lengths[row + 1] = at - begin
    return at
