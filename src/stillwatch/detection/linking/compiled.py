"""Compiled loops over lists of grams that several parts of linking need."""

from __future__ import annotations

from typing import Any

import numpy as np

from stillwatch.detection.linking.pairs import NEAREST
from stillwatch.traffic.kernel import allocating, inlined


def set_of(grams: Any, size: int) -> Any:
    """Gram numbers below ``size`` as a bit each, uint64: small enough to stay in a fast cache."""
    bits = np.zeros(size // 64 + 1, dtype=np.uint64)
    numbers = np.asarray(grams, dtype=np.uint64)
    np.bitwise_or.at(
        bits, (numbers >> np.uint64(6)).astype(np.int64), np.uint64(1) << (numbers & np.uint64(63))
    )
    return bits


@inlined
def in_set(bits: Any, gram: Any) -> bool:
    """Whether a gram is in a set that `set_of` made."""
    f = np.uint64(gram)
    return bool((bits[f >> np.uint64(6)] >> (f & np.uint64(63))) & np.uint64(1))


@allocating
def assign(
    ids: Any,
    places: Any,
    offsets: Any,
    low: int,
    high: int,
    community: Any,
    grouped: Any,
    weight: Any,
    least: int,
    out_community: Any,
    out_weight: Any,
) -> None:
    """Give each exchange from ``low`` to ``high`` to the community whose grams weigh most in it.

    Hits are counted apart: grams that overlap in words count once. ``out_community`` is -1 below ``least`` hits.

    Args:
        ids: int32: grams of all exchanges; ``places`` int16, ``offsets`` int64 (exchanges + 1).
        places: see ``ids``.
        offsets: see ``ids``.
        low: first exchange.
        high: after the last.
        community: int32 (grams): -1 for none.
        grouped: the grams that have a community, as of `set_of`.
        weight: float32 (grams).
        least: hits.
        out_community: out, int32 (exchanges).
        out_weight: out, float32 (exchanges).
    """
    best = np.empty(64, dtype=np.int32)
    hits = np.empty(64, dtype=np.int32)
    total = np.empty(64, dtype=np.float32)
    last = np.empty(64, dtype=np.int32)
    for row in range(low, high):
        n = 0
        for k in range(offsets[row], offsets[row + 1]):
            f = ids[k]
            if not in_set(grouped, f):
                continue
            c = community[f]
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
            total[where] += weight[f]
        out_community[row] = -1
        out_weight[row] = 0.0
        for j in range(n):
            if hits[j] >= least and total[j] > out_weight[row]:
                out_community[row] = best[j]
                out_weight[row] = total[j]
