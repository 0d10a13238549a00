"""Which pairs of grams meet in exchanges of how many accounts: counted exactly, but only where it may come to matter.

A pair links from four accounts on, and nearly all pairs are met by one. So the pairs of the whole log are first noted
in a table without keys, where pairs that meet in one place share it; a pair is counted only if its place has seen four
accounts. That a pair will be met often later is used for nothing but giving it room: what it counts begins at its
first meeting and is known only as far as the log has been read.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np

from stillwatch.detection.linking.bitmaps import ACCOUNTS, bits_of, four, level, tag_of
from stillwatch.detection.linking.picks import PICKED, Picks
from stillwatch.traffic.kernel import allocating, inlined, kernel

NEAREST: Final = (
    3  # grams nearer than this in a prompt's kept list overlap in words and prove nothing together
)
MOST: Final = PICKED * (PICKED - 1) // 2
_PLACES_A_PAIR: Final = 2
_LEAST_BITS: Final = 12
_MOST_BITS: Final = 29
_FIRST_ROOM: Final = 1 << 14


class Pairs:
    """Pairs of grams and who met them, counted by several threads, a share of the hash space each.

    Args:
        value: uint64 (grams): the gram behind each number.
        picks: of every exchange of the present.
        account: int32 (exchanges).
        threads: how many.
    """

    def __init__(self, value: Any, picks: Picks, account: Any, threads: int) -> None:
        self._value = value
        per_row = picks.count.astype(np.int64)
        expected = _PLACES_A_PAIR * int((per_row * (per_row - 1) // 2).sum())
        bits = min(_MOST_BITS, max(_LEAST_BITS, expected.bit_length())) - (threads - 1).bit_length()
        self.shares = [Share(k, threads, 1 << bits) for k in range(threads)]
        self._each("expect", picks, account)

    def count(self, picks: Picks, account: Any, low: int, high: int) -> None:
        """Take in the exchanges from ``low`` to (not including) ``high``."""
        self._each("count", picks, account, low, high)

    def forget(self) -> list[Any]:
        """Start counting anew for the same pairs; returns, per share, who had met them."""
        return [share.forget() for share in self.shares]

    def _each(self, what: str, *arguments: Any) -> None:
        with ThreadPoolExecutor(len(self.shares)) as pool:
            jobs = [pool.submit(getattr(share, what), self._value, *arguments) for share in self.shares]
            for job in jobs:
                job.result()


class Share:
    """The pairs whose hash falls to one of several shares.

    Attributes:
        found: uint64 (room, 2): each counted pair, as `_pair`, and the bitmap of who met it.
        used: how many pairs are counted.
    """

    def __init__(self, part: int, parts: int, places: int) -> None:
        self._part = part, parts
        self._met = np.zeros(places, dtype=np.uint32)
        self._table = np.full(_FIRST_ROOM * 4, -1, dtype=np.int32)
        self.found = np.empty((_FIRST_ROOM, 2), dtype=np.uint64)
        self.used = 0

    def expect(self, value: Any, picks: Picks, account: Any) -> None:
        """Note which pairs will be met."""
        expect_pairs(picks.ids, picks.places, picks.count, account, value, *self._part, self._met)

    def count(self, value: Any, picks: Picks, account: Any, low: int, high: int) -> None:
        """Count the pairs of the exchanges from ``low`` to ``high``."""
        chosen = picks.ids, picks.places, picks.count, account, low, high, value
        self._table, self.found, self.used = count_pairs(
            *chosen, *self._part, self._met, self._table, self.found, self.used
        )

    def forget(self) -> Any:
        """Start counting anew; returns who had met each pair."""
        before = self.found[: self.used, 1].copy()
        self.found[: self.used, 1] = 0
        return before


@inlined
def _pair_hash(a: Any, b: Any) -> Any:
    """Hash of two grams by what they are, not by their numbers, which depend on how much log there is."""
    x = a * np.uint64(0x9E3779B97F4A7C15) ^ b
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    return x ^ (x >> np.uint64(32))


@inlined
def _place(h: Any, met: Any) -> Any:
    return (h >> np.uint64(12)) & np.uint64(met.size - 1)


@kernel
def _pairs_of(
    ids: Any, places: Any, n: int, value: Any, part: int, parts: int, hashes: Any, first: Any, second: Any
) -> int:
    """The pairs of one exchange that stand apart and fall to this share: their hashes and numbers in the picks."""
    found = 0
    for i in range(n):
        for j in range(i + 1, n):
            if abs(places[i] - places[j]) >= NEAREST:
                h = _pair_hash(value[ids[i]], value[ids[j]])
                hashes[found] = h
                first[found] = i
                second[found] = j
                found += int(((h >> np.uint64(40)) * np.uint64(parts)) >> np.uint64(24) == np.uint64(part))
    return found


@allocating
def expect_pairs(
    ids: Any, places: Any, count: Any, account: Any, value: Any, part: int, parts: int, met: Any
) -> None:
    """Note the accounts of all pairs of a share in places that pairs have in common.

    Args:
        ids: int32 (exchanges, PICKED), as in `Picks`, like the next two.
        places: int16 (exchanges, PICKED).
        count: uint8 (exchanges).
        account: int32 (exchanges).
        value: uint64 (grams).
        part: which share, of ``parts``.
        parts: see ``part``.
        met: in and out, uint32, its size a power of two.
    """
    hashes = np.empty(MOST + 1, dtype=np.uint64)
    first = np.empty(MOST + 1, dtype=np.uint8)
    second = np.empty(MOST + 1, dtype=np.uint8)
    for row in range(account.size):
        found = _pairs_of(ids[row], places[row], count[row], value, part, parts, hashes, first, second)
        mine = np.uint32(bits_of(tag_of(account[row])))
        for k in range(found):
            met[_place(hashes[k], met)] |= mine


@inlined
def _pair(a: Any, b: Any) -> Any:
    """Two gram numbers as one."""
    return np.uint64(a) << np.uint64(32) | np.uint64(b)


@inlined
def left_of(pair: Any) -> Any:
    """The gram with the smaller hash."""
    return np.int64(pair >> np.uint64(32))


@inlined
def right_of(pair: Any) -> Any:
    """The gram with the larger hash."""
    return np.int64(pair & np.uint64(0xFFFFFFFF))


@allocating
def _grow(table: Any, found: Any, value: Any, used: int) -> Any:
    bigger = np.full(table.size * 4, -1, dtype=np.int32)
    mask = np.uint64(bigger.size - 1)
    for p in range(used):
        slot = _pair_hash(value[left_of(found[p, 0])], value[right_of(found[p, 0])]) & mask
        while bigger[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        bigger[slot] = p
    return bigger


@allocating
def count_pairs(
    ids: Any,
    places: Any,
    count: Any,
    account: Any,
    low: int,
    high: int,
    value: Any,
    part: int,
    parts: int,
    met: Any,
    table: Any,
    found: Any,
    used: int,
) -> tuple[Any, Any, int]:
    """Count, for the pairs of a share whose place has seen four accounts, the accounts that hold both grams apart.

    Args are those of `expect_pairs`, the exchanges to take in, and the counted pairs with a hash table of their places.

    Returns:
        The table and the counted pairs (grown where needed), and how many there are.
    """
    hashes = np.empty(MOST + 1, dtype=np.uint64)
    first = np.empty(MOST + 1, dtype=np.uint8)
    second = np.empty(MOST + 1, dtype=np.uint8)
    for row in range(low, high):
        n = _pairs_of(ids[row], places[row], count[row], value, part, parts, hashes, first, second)
        mine = bits_of(tag_of(account[row]))
        for k in range(n):
            h = hashes[k]
            if not four(met[_place(h, met)]):
                continue
            pair = _pair(ids[row, first[k]], ids[row, second[k]])
            mask = np.uint64(table.size - 1)
            slot = h & mask
            while table[slot] >= 0 and found[table[slot], 0] != pair:
                slot = (slot + np.uint64(1)) & mask
            if table[slot] >= 0:
                found[table[slot], 1] |= mine
                continue
            if used == found.shape[0]:
                found = np.concatenate((found, np.empty(found.shape, dtype=np.uint64)))
            found[used, 0] = pair
            found[used, 1] = mine
            table[slot] = used
            used += 1
            if used * 2 > table.size:
                table = _grow(table, found, value, used)
    return table, found, used


@kernel
def strong_pairs(
    found: Any,
    used: int,
    users: Any,
    weight: Any,
    accounts: int,
    support: float,
    cosine: float,
    lift: float,
    past: Any,
    past_accounts: int,
    novel: float,
    out: Any,
    strength: Any,
) -> int:
    """Pairs of eligible grams that belong together: enough accounts, close account sets, far above chance, new here.

    Returns:
        How many; ``out`` holds their grams (int32, two a row) and ``strength`` their cosines.
    """
    n = 0
    for p in range(used):
        both = ACCOUNTS[level(found[p, 1])]
        if both < support:
            continue
        a = left_of(found[p, 0])
        b = right_of(found[p, 0])
        if weight[a] <= 0.0 or weight[b] <= 0.0:
            continue
        product = users[a] * users[b]
        close = both / np.sqrt(product)
        if close < cosine or both * accounts < lift * product:
            continue
        if past_accounts > 0:
            before = ACCOUNTS[level(past[p])] if p < past.size else 0.0
            if both * past_accounts < novel * (before + 0.5) * accounts:
                continue
        out[n, 0] = a
        out[n, 1] = b
        strength[n] = min(close, 1.0)
        n += 1
    return n
