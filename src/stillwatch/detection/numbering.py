"""Numbering the word grams that several accounts share, the history's and the present's together.

A gram links from four accounts on, so what fewer use is dropped here, once, for the whole log; that a gram will be
shared later is used for nothing but keeping its number. Most grams are used by hardly anybody: a first pass over a
table without keys, where grams that meet in one place share it, lets only the others come to the exact one.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from stillwatch.detection.bitmaps import bits_of, four, tag_of
from stillwatch.traffic.kernel import kernel

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

_USES_A_PLACE: Final = 2
_LEAST_BITS: Final = 10
_MOST_BITS: Final = 28
_ROWS_A_PIECE: Final = 1 << 17


@dataclasses.dataclass(frozen=True, slots=True)
class Numbered:
    """Numbered grams: (ids, places, offsets) of the present and of the past, and the gram behind each number."""

    present: tuple[Any, Any, Any]
    past: tuple[Any, Any, Any]
    value: Any


def number(frame: Frame, threads: int) -> Numbered:
    """Number the grams that four accounts share and list them per exchange, the history's first."""
    frames = [frame] if frame.history is None else [frame.history, frame]
    uses = [_Uses(f.grams, f.gram_offsets, f.account) for f in frames]
    slots = [np.full(use.grams.size, -1, dtype=np.int32) for use in uses]
    with ThreadPoolExecutor(threads) as pool:
        shares = list(pool.map(lambda part: _share(uses, part, threads, slots), range(threads)))
        bases = np.cumsum([0, *(count for _, count in shares)])
        value = np.zeros(int(bases[-1]), dtype=np.uint64)
        numbers = np.full((max(len(table) for table, _ in shares), threads), -1, dtype=np.int32)
        for part, (table, _) in enumerate(shares):
            here = np.flatnonzero(table[:, 1] >> np.uint64(32))
            numbers[here, part] = (table[here, 1] >> np.uint64(32)).astype(np.int64) - 1 + bases[part]
            value[numbers[here, part]] = table[here, 0]
        flat = numbers.ravel()
        listed = [_listed(use, slot, flat, value.size, pool) for use, slot in zip(uses, slots, strict=True)]
    nothing = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int16), np.zeros(1, dtype=np.int64)
    return Numbered(listed[-1], listed[0] if len(listed) > 1 else nothing, value)


class _Uses(NamedTuple):
    """Who used which grams: uint64 grams, int64 offsets by exchange, int32 accounts."""

    grams: Any
    offsets: Any
    account: Any


def _share(uses: list[_Uses], part: int, parts: int, slots: list[Any]) -> tuple[Any, int]:
    """Number one share of the hash space.

    Args:
        uses: the uses of grams, the history's first.
        part: which share, ``parts`` how many there are.
        parts: see ``part``.
        slots: out: for each use that may be numbered its slot times ``parts``, plus ``part``.

    Returns:
        The table, as `_number_shared` leaves it, and how many grams are numbered.
    """
    total = max(1, sum(use.grams.size for use in uses) // _USES_A_PLACE)
    bits = min(_MOST_BITS, max(_LEAST_BITS, total.bit_length()))
    begin, end = ((1 << bits) * k // parts for k in (part, part + 1))
    met = np.zeros(end - begin, dtype=np.uint32)
    for use in uses:
        _meet_roughly(*use, np.uint64(64 - bits), np.uint64(begin), met)
    size = 1 << max(_LEAST_BITS, int(_crowded(met) * 2.5).bit_length())
    while True:
        table = np.zeros((size, 2), dtype=np.uint64)
        state = np.zeros(2, dtype=np.int64)
        for use, slot in zip(uses, slots, strict=True):
            _number_shared(*use, np.uint64(64 - bits), np.uint64(begin), met, part, parts, table, state, slot)
        if state[0] * 10 <= size * 8:
            return table, int(state[1])
        size *= 2


@kernel
def _meet_roughly(grams: Any, offsets: Any, account: Any, shift: Any, begin: Any, met: Any) -> None:
    """Note who used the grams of a share, by place."""
    size = np.uint64(met.size)
    for row in range(account.size):
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
    shift: Any,
    begin: Any,
    met: Any,
    part: int,
    parts: int,
    table: Any,
    state: Any,
    slots: Any,
) -> None:
    """Count the users of the grams in crowded places exactly and number those that four accounts use.

    Args:
        grams: uint64 (total).
        offsets: int64 (rows + 1).
        account: int32 (rows).
        shift: which bits of a gram are its place.
        begin: first place of this share.
        met: uint32: who was met at each place.
        part: which share of the hash space, ``parts`` how many there are.
        parts: see ``part``.
        table: uint64 (size, 2), its size a power of two: the gram; a bitmap of its accounts in the low half and, from
            the fourth account on, one more than its number in the high half.
        state: int64: grams in the table, grams numbered. Nothing more is done when the table is too full.
        slots: out, int32 (total): slot times ``parts`` plus ``part`` of the grams in crowded places.
    """
    size = np.uint64(met.size)
    mask = np.uint64(table.shape[0] - 1)
    zero = np.uint64(0)
    for row in range(account.size):
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
            slots[k] = np.int64(slot) * parts + part


def _listed(
    uses: _Uses, slots: Any, table: Any, features: int, pool: ThreadPoolExecutor
) -> tuple[Any, Any, Any]:
    """The numbered grams of each exchange, once each, with their place in the prompt's list."""
    rows = uses.account.size
    offsets = np.zeros(rows + 1, dtype=np.int64)

    def piece(low: int) -> tuple[Any, Any]:
        high = min(low + _ROWS_A_PIECE, rows)
        mine = slots[uses.offsets[low] : uses.offsets[high]]
        places = np.empty(mine.size, dtype=np.int16)
        latest = np.full(features, -1, dtype=np.int32)
        kept = _compact(
            mine, uses.offsets[low : high + 1], table, latest, places, offsets[low + 1 : high + 1]
        )
        return mine[:kept], places[:kept].copy()

    pieces = list(pool.map(piece, range(0, rows, _ROWS_A_PIECE)))
    np.cumsum(offsets, out=offsets)
    ids = np.concatenate([np.zeros(0, dtype=np.int32), *(ids for ids, _ in pieces)])
    return ids, np.concatenate([np.zeros(0, dtype=np.int16), *(places for _, places in pieces)]), offsets


@kernel
def _compact(slots: Any, offsets: Any, table: Any, latest: Any, places: Any, lengths: Any) -> int:
    """Put the numbers of an exchange's grams in the place of their slots, those that have one and once each.

    Args:
        slots: in and out, int32: slots of the uses, -1 for none; then numbers, closed up.
        offsets: int64 (rows + 1): from the first row's on.
        table: int32: number of each slot, -1 for none.
        latest: int32 (features), -1: scratch.
        places: out, int16: place of each kept gram in its exchange's list.
        lengths: out, int64 (rows): grams kept of each.

    Returns:
        How many were kept.
    """
    at = 0
    first = offsets[0]
    for row in range(lengths.size):
        begin = at
        for k in range(offsets[row] - first, offsets[row + 1] - first):
            if slots[k] < 0:
                continue
            feature = table[slots[k]]
            if feature < 0 or latest[feature] == row:
                continue
            latest[feature] = row
            slots[at] = feature
            places[at] = k - (offsets[row] - first)
            at += 1
        lengths[row] = at - begin
    return at
