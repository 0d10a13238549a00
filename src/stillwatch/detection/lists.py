"""Lists of any length that stand one after the other in one array: their places, and copies of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from stillwatch.traffic.kernel import kernel


def ranges(begins: Any, ends: Any) -> Any:
    """int64: all places from each begin to its end, one list after the other."""
    lengths = ends - begins
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(begins - before, lengths)


@kernel
def copy_lists(flat: Any, start: Any, offsets: Any, out: Any) -> None:
    """Copy variable-length lists into a new order."""
    for row in range(start.size):
        n = offsets[row + 1] - offsets[row]
        for k in range(n):
            out[offsets[row] + k] = flat[start[row] + k]


@kernel
def place_lists(flat: Any, offsets: Any, begins: Any, out: Any) -> None:
    """Copy each of a run of lists to its place; those whose place is negative are left out."""
    for row in range(begins.size):
        if begins[row] < 0:
            continue
        shift = begins[row] - offsets[row]
        for k in range(offsets[row], offsets[row + 1]):
            out[np.uint64(k + shift)] = flat[np.uint64(k)]
