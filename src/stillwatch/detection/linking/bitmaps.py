"""Who used something, in 64 bits: a bitmap per gram or pair that tells how many accounts it has met.

Multi-resolution bitmaps (Estan, Varghese and Fisk 2003, doi:10.1145/948205.948225): 32 bits for all accounts, 16 for
one in 16 and 16 for one in 256, so that few are counted almost exactly and many well enough.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.traffic.kernel import inlined, kernel

_LOW: Final = 33
_FINER: Final = 17


def _accounts_by_level() -> Any:
    """How many accounts each state of a bitmap stands for: bits set among all, then among the finer two."""
    low = -32.0 * np.log(1.0 - np.minimum(np.arange(_LOW), 31) / 32.0)
    middle = np.maximum(66.0, -256.0 * np.log(1.0 - np.minimum(np.arange(_FINER), 15) / 16.0))
    top = np.maximum(430.0, -4096.0 * np.log(1.0 - np.minimum(np.arange(_FINER), 15) / 16.0))
    return np.concatenate((low, middle, top))


ACCOUNTS: Final = _accounts_by_level()
"""float64: accounts by `level`."""


@inlined
def tag_of(account: Any) -> Any:
    """A 32-bit hash of an account number."""
    x = (np.uint64(account) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    x ^= x >> np.uint64(32)
    x *= np.uint64(0xD6E8FEB86659FD93)
    return np.uint32(x >> np.uint64(32))


@inlined
def bits_of(tag: Any) -> Any:
    """What a tag sets in a bitmap."""
    t = np.uint64(tag)
    bits = np.uint64(1) << (t >> np.uint64(27))
    if t & np.uint64(15) == np.uint64(0):
        bits |= np.uint64(1) << (np.uint64(32) + ((t >> np.uint64(23)) & np.uint64(15)))
        if t & np.uint64(255) == np.uint64(0):
            bits |= np.uint64(1) << (np.uint64(48) + ((t >> np.uint64(19)) & np.uint64(15)))
    return bits


@inlined
def four(bits: Any) -> bool:
    """Whether at least four of 32 bits are set: no fewer than four accounts do that."""
    bits &= bits - np.uint32(1)
    bits &= bits - np.uint32(1)
    return bool((bits & (bits - np.uint32(1))) != np.uint32(0))


@inlined
def _ones(x: Any) -> Any:
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@inlined
def level(bits: Any) -> Any:
    """The state of a bitmap, as a place in `ACCOUNTS`."""
    state = _ones(bits & np.uint64(0xFFFFFFFF))
    if state > 28:
        state = _LOW + _ones((bits >> np.uint64(32)) & np.uint64(0xFFFF))
        if state > _LOW + 13:
            state = _LOW + _FINER + _ones((bits >> np.uint64(48)) & np.uint64(0xFFFF))
    return state


@kernel
def meet(ids: Any, offsets: Any, account: Any, low: int, high: int, seen: Any) -> None:
    """Note in each gram's bitmap who used it in exchanges ``low`` to ``high``."""
    for row in range(low, high):
        bits = bits_of(tag_of(account[row]))
        for k in range(offsets[row], offsets[row + 1]):
            seen[np.uint64(ids[k])] |= bits


@kernel
def levels(seen: Any, low: int, high: int, out: Any) -> None:
    """The state of the bitmaps ``low`` to ``high``.

    Args:
        seen: uint64 (parts, bitmaps): what each part of the exchanges has set.
        low: the first bitmap to look at.
        high: after the last.
        out: out, uint8 (bitmaps).
    """
    for k in range(low, high):
        bits = seen[0, k]
        for part in range(1, seen.shape[0]):
            bits |= seen[part, k]
        out[k] = level(bits)
