"""Eight bytes of a text at a time: how many of them are letters, and what number to the base 257 they write."""

from __future__ import annotations

from typing import Any

import numpy as np

from stillwatch.traffic.kernel import at, inlined

BASE = np.uint64(257)
_SQUARE = np.uint64(257**2)
_FOURTH = np.uint64(257**4)
POWERS = np.array([257**k % 2**64 for k in range(9)], dtype=np.uint64)
_ONES = np.uint64(0x0101010101010101)
_HIGH_BITS = np.uint64(0x8080808080808080)
_LOW_BITS = np.uint64(0x7F7F7F7F7F7F7F7F)
_CASE = np.uint64(0x2020202020202020)
_TO_A = np.uint64(0x1F1F1F1F1F1F1F1F)  # with it, bytes from "a" on reach the highest bit
_BEYOND_Z = np.uint64(0x0505050505050505)  # with it, those beyond "z"
_EVEN_BYTES = np.uint64(0x00FF00FF00FF00FF)
_EVEN_PAIRS = np.uint64(0x0000FFFF0000FFFF)
_LOW_HALF = np.uint64(0x00000000FFFFFFFF)


@inlined
def eight_bytes(words: Any, i: int) -> Any:
    """The eight bytes from ``i`` on as one number, the first lowest."""
    shift = np.uint64(i & 7) << np.uint64(3)
    low = at(words, i >> 3) >> shift
    return low | ((at(words, (i >> 3) + 1) << np.uint64(1)) << (np.uint64(63) - shift))


@inlined
def letters_first(eight: Any) -> Any:
    """How many of eight bytes, from the first on, are ASCII letters."""
    lower = (eight | _CASE) & _LOW_BITS
    letters = (lower + _TO_A) & ~(lower + _BEYOND_Z) & ~eight & _HIGH_BITS
    others = letters ^ _HIGH_BITS
    first = others & (
        ~others + np.uint64(1)
    )  # the highest bit of the first other byte, 0 where there is none
    # Bits below it are counted by multiplying: each byte below has exactly its highest bit set.
    below = ((first - np.uint64(1)) & _HIGH_BITS) >> np.uint64(7)
    return np.int64((below * _ONES) >> np.uint64(56))


@inlined
def as_number(eight: Any, run: Any) -> Any:
    """The first letters, in lower case, as digits of a number to the base 257: two, four and eight at a time."""
    room = np.uint64(8 * (8 - run))
    x = ((eight | _CASE) << (room >> np.uint64(1))) << (room - (room >> np.uint64(1)))
    x = (x & _EVEN_BYTES) * BASE + ((x >> np.uint64(8)) & _EVEN_BYTES)
    x = (x & _EVEN_PAIRS) * _SQUARE + ((x >> np.uint64(16)) & _EVEN_PAIRS)
    return (x & _LOW_HALF) * _FOURTH + (x >> np.uint64(32))
