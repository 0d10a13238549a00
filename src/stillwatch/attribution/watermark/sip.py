"""SipHash-2-4 (Aumasson, Bernstein 2012) over whole arrays: the keyed chance that a watermark is made of.

A keyed hash of 128 bits, so that whoever lacks the key cannot tell its bits from coin tosses; a plain mixing function
would not carry a p-value. It is written with ``+ ^ << >> | &`` on signed 64-bit integers, which numpy and torch both
wrap, so that a graphics card and a judge get the same bits from one text of code.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

KEY_BYTES: Final = 16


def _signed(word: int) -> int:
    return word - (1 << 64) if word >> 63 else word


_INITIAL: Final = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)


class State(NamedTuple):
    """Four words in the middle of hashing; arrays of one shape or Python integers."""

    v0: Any
    v1: Any
    v2: Any
    v3: Any


def key_words(key: bytes) -> tuple[int, int]:
    """A key as two signed 64-bit words.

    Args:
        key: 16 bytes.

    Raises:
        ValueError: the key has another length.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    return _signed(int.from_bytes(key[:8], "little")), _signed(int.from_bytes(key[8:], "little"))


def begin(words: tuple[Any, Any], like: Any) -> State:
    """The state before the first word of a message.

    Args:
        words: from ``key_words``, or such words as arrays, a key for each row.
        like: an int64 array or tensor of the shape that is hashed.
    """
    zero = like * 0
    return State(*((zero + words[place & 1]) ^ _signed(start) for place, start in enumerate(_INITIAL)))


def absorb(state: State, word: Any) -> State:
    """Two rounds over eight more bytes, given as int64 (little end first)."""
    v0, v1, v2, v3 = state
    state = State(v0, v1, v2, v3 ^ word)
    v0, v1, v2, v3 = _round(_round(state))
    return State(v0 ^ word, v1, v2, v3)


def finish(state: State, length: int, tail: Any) -> Any:
    """The hash of a message as int64.

    Args:
        state: after all whole words.
        length: bytes of the whole message.
        tail: its last 0 to 7 bytes as int64, little end first.
    """
    v0, v1, v2, v3 = absorb(state, tail | _signed((length & 255) << 56))
    state = State(v0, v1, v2 ^ 0xFF, v3)
    for _ in range(4):
        state = _round(state)
    v0, v1, v2, v3 = state
    return v0 ^ v1 ^ v2 ^ v3


def _round(state: State) -> State:
    v0, v1, v2, v3 = state
    v0 = v0 + v1
    v1 = _rotated(v1, 13) ^ v0
    v0 = _rotated(v0, 32)
    v2 = v2 + v3
    v3 = _rotated(v3, 16) ^ v2
    v0 = v0 + v3
    v3 = _rotated(v3, 21) ^ v0
    v2 = v2 + v1
    v1 = _rotated(v1, 17) ^ v2
    v2 = _rotated(v2, 32)
    return State(v0, v1, v2, v3)


def _rotated(word: Any, by: int) -> Any:
    if isinstance(word, np.ndarray):  # without a sign nothing has to be masked; one step of four less
        plain = word.view(np.uint64)
        return ((plain << np.uint64(by)) | (plain >> np.uint64(64 - by))).view(np.int64)
    return (word << by) | ((word >> (64 - by)) & ((1 << by) - 1))


def uniform(hashed: Any) -> Any:
    """Numbers in [0, 1) from hashes: their upper 53 bits as float64."""
    upper = (hashed >> 11) & ((1 << 53) - 1)
    as_float = upper.astype(np.float64) if isinstance(upper, np.ndarray) else upper.double()
    return as_float * 2.0**-53
