"""The heaviest exchanges of a demand, a few per account: where peeling begins."""

from __future__ import annotations

from typing import Any

import numpy as np

from stillwatch.traffic.kernel import allocating, inlined


@allocating
def seed_rows(rows: Any, score: Any, account: Any, most: int, per_account: int, load: Any) -> Any:
    """The rows with the highest scores, a few per account; of equal ones the first.

    A heap gives the highest one after the other: most rows need never be put in order.
    """
    heap = np.arange(rows.size)
    for k in range(heap.size // 2 - 1, -1, -1):
        _sift(heap, score, k, heap.size)
    out = np.empty(min(most, rows.size), dtype=np.int64)
    n = 0
    size = heap.size
    while size > 0 and n < out.size:
        row = rows[heap[0]]
        size -= 1
        heap[0] = heap[size]
        _sift(heap, score, 0, size)
        if load[account[row]] < per_account:
            load[account[row]] += 1
            out[n] = row
            n += 1
    for k in range(n):
        load[account[out[k]]] = 0
    return out[:n]


@inlined
def _sift(heap: Any, score: Any, k: int, size: int) -> None:
    """Let the entry at ``k`` sink to its place: before any of a lower score, or of the same score and later."""
    mine = heap[k]
    while 2 * k + 1 < size:
        below = 2 * k + 1
        if below + 1 < size and _before(score, heap[below + 1], heap[below]):
            below += 1
        if not _before(score, heap[below], mine):
            break
        heap[k] = heap[below]
        k = below
    heap[k] = mine


@inlined
def _before(score: Any, a: int, b: int) -> bool:
    return bool(score[a] > score[b] or (score[a] == score[b] and a < b))
