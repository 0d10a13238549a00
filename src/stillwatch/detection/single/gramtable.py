"""Tables of word grams: how many exchanges of which window hold which gram, and how many held it before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stillwatch.traffic.kernel import inlined, kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.detection.frame import Frame
    from stillwatch.detection.single.windows import Windows

Past = tuple["Frame", Any]
"""Exchanges that came before: a frame and the rows of it that count, int64."""


@inlined
def slot_of(keys: Any, gram: Any) -> Any:
    """Where a gram stands in a table, or the free slot where it would; the table's size is a power of two."""
    mask = np.uint64(keys.size - 1)
    slot = gram & mask
    while keys[slot] != np.uint64(0) and keys[slot] != gram:
        slot = (slot + np.uint64(1)) & mask
    return slot


@inlined
def _mixed(gram: Any) -> Any:
    """A gram's bits so mixed that sums of them tell lists apart (splitmix64)."""
    mixed = gram + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def room_for(entries: int) -> int:
    """Size of a table of so many entries, at most half full."""
    return 1 << max(4, int(2 * entries + 1).bit_length())


def table_of(grams: Any) -> tuple[Any, Any]:
    """Distinct grams as a table: uint64 keys and int32 places in the list."""
    keys = np.zeros(room_for(grams.size), dtype=np.uint64)
    places = np.full(keys.size, -1, dtype=np.int32)
    _fill(keys, places, grams)
    return keys, places


@kernel
def _fill(keys: Any, places: Any, grams: Any) -> None:
    for k in range(grams.size):
        slot = slot_of(keys, grams[k])
        keys[slot] = grams[k]
        places[slot] = k


def held_before(past: Sequence[Past], grams: Any) -> Any:
    """Exchanges of the past that hold each of some distinct grams, int64."""
    keys, places = table_of(grams)
    counts = np.zeros(grams.size, dtype=np.int64)
    for frame, rows in past:
        latest = np.full(grams.size, -1, dtype=np.int64)
        _count_rows(rows, frame.grams, frame.gram_offsets, keys, places, latest, counts)
    return counts


@kernel
def _count_rows(
    rows: Any, grams: Any, offsets: Any, keys: Any, places: Any, latest: Any, counts: Any
) -> None:
    for k in range(rows.size):
        for j in range(offsets[rows[k]], offsets[rows[k] + 1]):
            place = places[slot_of(keys, grams[j])]
            if place >= 0 and latest[place] != k:
                latest[place] = k
                counts[place] += 1


def held_by_others(among: Past, grams: Any, owner: Any) -> Any:
    """Exchanges of other accounts that hold each gram, int64.

    Args:
        among: everybody's exchanges, the owners' own among them.
        grams: uint64 (n).
        owner: int32 (n): account number whose exchanges do not count.
    """
    frame, rows = among
    distinct, number = np.unique(grams, return_inverse=True)
    total = held_before([among], distinct)[number]
    pairs, pair = np.unique(grams ^ _marks(owner), return_inverse=True)
    keys, places = table_of(pairs)
    own = np.zeros(pairs.size, dtype=np.int64)
    latest = np.full(pairs.size, -1, dtype=np.int64)
    marks = _marks(frame.account)
    _count_own(rows, frame.grams, frame.gram_offsets, marks, keys, places, latest, own)
    return total - own[pair]


def _marks(account: Any) -> Any:
    """What turns a gram into that of one account, uint64."""
    return (np.asarray(account).astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)


@kernel
def _count_own(
    rows: Any, grams: Any, offsets: Any, marks: Any, keys: Any, places: Any, latest: Any, counts: Any
) -> None:
    for k in range(rows.size):
        for j in range(offsets[rows[k]], offsets[rows[k] + 1]):
            place = places[slot_of(keys, grams[j] ^ marks[rows[k]])]
            if place >= 0 and latest[place] != k:
                latest[place] = k
                counts[place] += 1


def repeated(windows: Windows, least: int) -> tuple[Any, Any, Any]:
    """The grams that each window holds in that many exchanges or more; the same request sent again counts once.

    Returns:
        int32 windows, ascending; uint64 grams; int32 exchanges.
    """
    frame = windows.frame
    lengths = np.diff(frame.gram_offsets)
    room = max(
        (int(lengths[windows.window(k)].sum()) for k in range(windows.size)),
        default=0,
    )
    keys = np.zeros(room_for(room), dtype=np.uint64)
    scratch = keys, np.zeros(keys.size, dtype=np.int32), np.zeros(keys.size, dtype=np.int64)
    said = np.zeros(room_for(int(windows.lengths.max(initial=0))), dtype=np.uint64)
    size = 1 << 16
    while True:
        found = np.zeros((size, 2), dtype=np.int32), np.zeros(size, dtype=np.uint64)
        keys[:] = 0
        total = _repeated(
            windows.rows, windows.offsets, frame.grams, frame.gram_offsets, least, *scratch, said, *found
        )
        if total <= size:
            return found[0][:total, 0], found[1][:total], found[0][:total, 1]
        size = room_for(total)


@kernel
def _repeated(
    rows: Any,
    windows: Any,
    grams: Any,
    offsets: Any,
    least: int,
    keys: Any,
    counts: Any,
    latest: Any,
    said: Any,
    found: Any,
    found_grams: Any,
) -> int:
    """Count grams window by window.

    Args:
        rows: int64: exchanges of the windows.
        windows: int64 (windows + 1): where each begins.
        grams: uint64 (total), ``offsets`` int64 (exchanges + 1).
        offsets: see ``grams``.
        least: exchanges from which on a gram is given.
        keys: uint64, zeros: scratch, room for the largest window.
        counts: int32: the same.
        latest: int64: the same.
        said: uint64: scratch, room for the exchanges of a window.
        found: out, int32 (capacity, 2): window and exchanges.
        found_grams: out, uint64 (capacity).

    Returns:
        How many there are, which may be more than there is room for.
    """
    total = 0
    for window in range(windows.size - 1):
        room = 0
        for place in range(windows[window], windows[window + 1]):
            room += offsets[rows[place] + 1] - offsets[rows[place]]
        size = 16
        while size < 2 * room + 2:
            size *= 2
        here = keys[:size]
        here[:] = np.uint64(0)
        counts[:size] = 0
        said[:] = np.uint64(0)
        for place in range(windows[window], windows[window + 1]):
            begin, end = offsets[rows[place]], offsets[rows[place] + 1]
            whole = np.uint64(0)
            for k in range(begin, end):
                whole += _mixed(grams[k])
            if whole == np.uint64(0):
                continue
            known = slot_of(said, whole)
            if said[known] == whole:
                continue
            said[known] = whole
            for k in range(begin, end):
                slot = slot_of(here, grams[k])
                if here[slot] == np.uint64(0):
                    here[slot] = grams[k]
                    latest[slot] = -1
                if latest[slot] != place:
                    latest[slot] = place
                    counts[slot] += 1
        for slot in range(size):
            if counts[slot] >= least:
                if total < found_grams.size:
                    found[total, 0] = window
                    found[total, 1] = counts[slot]
                    found_grams[total] = here[slot]
                total += 1
    return total
