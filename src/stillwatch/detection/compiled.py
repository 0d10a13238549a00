"""The compiled inner loops of linking. Policy lives with the callers; here is only counting."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.traffic.kernel import allocating, inlined

NEAREST: Final = (
    3  # pairs of grams nearer than this in a prompt's kept list overlap in words and prove nothing
)
PICKED: Final = 12  # grams of one exchange that take part in pairs


@allocating
def copy_lists(flat: Any, start: Any, offsets: Any, out: Any) -> None:
    """Copy variable-length lists into a new order."""
    for row in range(start.size):
        n = offsets[row + 1] - offsets[row]
        for k in range(n):
            out[offsets[row] + k] = flat[start[row] + k]


@inlined
def tag_of(account: Any) -> Any:
    """A 32-bit hash of an account number."""
    x = (np.uint64(account) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    x ^= x >> np.uint64(32)
    x *= np.uint64(0xD6E8FEB86659FD93)
    return np.uint32(x >> np.uint64(32))


@inlined
def _bits_of(tag: Any) -> Any:
    """A tag as a multi-resolution bitmap: 32 bits for all, 16 for one in 16, 16 for one in 256."""
    t = np.uint64(tag)
    bits = np.uint64(1) << (t >> np.uint64(27))
    if t & np.uint64(15) == np.uint64(0):
        bits |= np.uint64(1) << (np.uint64(32) + ((t >> np.uint64(23)) & np.uint64(15)))
        if t & np.uint64(255) == np.uint64(0):
            bits |= np.uint64(1) << (np.uint64(48) + ((t >> np.uint64(19)) & np.uint64(15)))
    return bits


@inlined
def _ones(x: Any) -> int:
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@inlined
def distinct(bits: Any) -> float:
    """Estimate how many accounts a bitmap has seen (Estan, Varghese and Fisk 2003, multi-resolution bitmap)."""
    low = _ones(bits & np.uint64(0xFFFFFFFF))
    if low <= 28:
        return float(-32.0 * np.log(1.0 - low / 32.0))
    middle = _ones((bits >> np.uint64(32)) & np.uint64(0xFFFF))
    if middle <= 13:
        return float(max(66.0, -256.0 * np.log(1.0 - middle / 16.0)))
    top = _ones((bits >> np.uint64(48)) & np.uint64(0xFFFF))
    return float(max(430.0, -4096.0 * np.log(1.0 - min(top, 15) / 16.0)))


@allocating
def meet(ids: Any, offsets: Any, account: Any, low: int, high: int, seen: Any) -> None:
    """Note in each gram's bitmap who used it in exchanges ``low`` to ``high``."""
    for row in range(low, high):
        bits = _bits_of(tag_of(account[row]))
        for k in range(offsets[row], offsets[row + 1]):
            seen[ids[k]] |= bits


@allocating
def estimate_all(seen: Any, out: Any) -> None:
    """Estimated number of accounts per bitmap."""
    for k in range(seen.size):
        out[k] = distinct(seen[k])


@allocating
def pick(
    ids: Any, places: Any, offsets: Any, row: int, weight: Any, value: Any, picked: Any, picked_at: Any
) -> int:
    """The exchange's eligible grams with the smallest hashes, so like prompts pick alike (bottom-k)."""
    n = 0
    for k in range(offsets[row], offsets[row + 1]):
        f = ids[k]
        if weight[f] <= 0.0:
            continue
        j = n
        if n == PICKED:
            if value[f] >= value[picked[n - 1]]:
                continue
            j = n - 1
        else:
            n += 1
        while j > 0 and value[picked[j - 1]] > value[f]:
            picked[j] = picked[j - 1]
            picked_at[j] = picked_at[j - 1]
            j -= 1
        picked[j] = f
        picked_at[j] = places[k]
    return n


@allocating
def _grow(table: Any, left: Any, right: Any, value: Any, used: int) -> Any:
    bigger = np.full(table.size * 4, -1, dtype=np.int32)
    mask = np.uint64(bigger.size - 1)
    for p in range(used):
        slot = _pair_hash(value[left[p]], value[right[p]]) & mask
        while bigger[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        bigger[slot] = p
    return bigger


@inlined
def _pair_hash(a: Any, b: Any) -> Any:
    """Hash of two grams by what they are, not by their numbers, which depend on how much log there is."""
    x = a * np.uint64(0x9E3779B97F4A7C15) ^ b
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    return x ^ (x >> np.uint64(32))


@allocating
def pair_up(
    ids: Any,
    places: Any,
    offsets: Any,
    account: Any,
    low: int,
    high: int,
    weight: Any,
    value: Any,
    part: int,
    parts: int,
    waiting: Any,
    table: Any,
    left: Any,
    right: Any,
    bits: Any,
    used: int,
) -> tuple[Any, Any, Any, Any, int]:
    """Count, for pairs of grams that one exchange holds apart from each other, the accounts that hold both.

    A pair is stored when its second account comes; the first one's tag waits in ``waiting``. Only pairs whose hash
    falls to ``part`` of ``parts`` are counted, so that parts can be counted side by side.

    Returns:
        The table, left and right gram numbers and bitmaps (grown where needed), and how many pairs are stored.
    """
    picked = np.empty(PICKED, dtype=np.int32)
    picked_at = np.empty(PICKED, dtype=np.int16)
    wait_mask = np.uint64(waiting.size - 1)
    share = np.uint64(parts)
    mine_part = np.uint64(part)
    for row in range(low, high):
        n = pick(ids, places, offsets, row, weight, value, picked, picked_at)
        if n < 2:
            continue
        tag = tag_of(account[row])
        if tag == np.uint32(0):
            tag = np.uint32(1)
        mine = _bits_of(tag)
        for i in range(n):
            for j in range(i + 1, n):
                if abs(picked_at[i] - picked_at[j]) < NEAREST:
                    continue
                h = _pair_hash(value[picked[i]], value[picked[j]])
                if (h >> np.uint64(56)) % share != mine_part:
                    continue
                mask = np.uint64(table.size - 1)
                slot = h & mask
                place = -1
                while table[slot] >= 0:
                    p = table[slot]
                    if left[p] == picked[i] and right[p] == picked[j]:
                        place = p
                        break
                    slot = (slot + np.uint64(1)) & mask
                if place >= 0:
                    bits[place] |= mine
                    continue
                w = (h >> np.uint64(12)) & wait_mask
                before = waiting[w]
                if before == np.uint32(0):
                    waiting[w] = tag
                    continue
                if before == tag:
                    continue
                if used == left.size:
                    left = np.concatenate((left, np.empty(left.size, dtype=np.int32)))
                    right = np.concatenate((right, np.empty(right.size, dtype=np.int32)))
                    bits = np.concatenate((bits, np.empty(bits.size, dtype=np.uint64)))
                left[used] = picked[i]
                right[used] = picked[j]
                bits[used] = mine | _bits_of(before)
                table[slot] = used
                used += 1
                if used * 2 > table.size:
                    table = _grow(table, left, right, value, used)
    return table, left, right, bits, used


@allocating
def strong_pairs(
    left: Any,
    right: Any,
    bits: Any,
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
        How many; ``out`` holds their numbers and ``strength`` their cosines.
    """
    n = 0
    for p in range(used):
        a = left[p]
        b = right[p]
        if weight[a] <= 0.0 or weight[b] <= 0.0:
            continue
        both = distinct(bits[p])
        if both < support:
            continue
        product = users[a] * users[b]
        close = both / np.sqrt(product)
        if close < cosine or both * accounts < lift * product:
            continue
        if past_accounts > 0:
            before = distinct(past[p]) if p < past.size else 0.0
            if both * past_accounts < novel * (before + 0.5) * accounts:
                continue
        out[n] = p
        strength[n] = min(close, 1.0)
        n += 1
    return n


@allocating
def assign(
    ids: Any,
    places: Any,
    offsets: Any,
    high: int,
    community: Any,
    weight: Any,
    least: int,
    out_community: Any,
    out_weight: Any,
) -> None:
    """Give each exchange before ``high`` to the community whose grams weigh most in it.

    Hits are counted apart: grams that overlap in words count once. ``out_community`` is -1 below ``least`` hits.
    """
    best = np.empty(64, dtype=np.int32)
    hits = np.empty(64, dtype=np.int32)
    total = np.empty(64, dtype=np.float32)
    last = np.empty(64, dtype=np.int32)
    for row in range(high):
        n = 0
        for k in range(offsets[row], offsets[row + 1]):
            c = community[ids[k]]
            if c < 0:
                continue
            where = -1
            for j in range(n):
                if best[j] == c:
                    where = j
                    break
            if where < 0:
                if n == 64:
                    continue
                where = n
                best[n] = c
                hits[n] = 0
                total[n] = 0.0
                last[n] = -NEAREST
                n += 1
            if places[k] - last[where] >= NEAREST:
                hits[where] += 1
                last[where] = places[k]
            total[where] += weight[ids[k]]
        out_community[row] = -1
        out_weight[row] = 0.0
        for j in range(n):
            if hits[j] >= least and total[j] > out_weight[row]:
                out_community[row] = best[j]
                out_weight[row] = total[j]
