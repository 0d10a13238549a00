"""What remains of an answer: its length and the shape of its beginning."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.traffic.kernel import at, inlined, kernel

CODE: Final = 1
STEPS: Final = 2
TABLE: Final = 4
DATA: Final = 8
NUMBER_FIRST: Final = 16

_LOOKED_AT: Final = 1024


_ONES = np.uint64(0x0101010101010101)
_LOW_BITS = np.uint64(0x7F7F7F7F7F7F7F7F)
_SLASHES = np.uint64(0x5C5C5C5C5C5C5C5C)
_TICKS = np.uint64(0x6060606060606060)
_PIPES = np.uint64(0x7C7C7C7C7C7C7C7C)


@inlined
def _matches(word: Any, pattern: Any) -> Any:
    """The highest bit of each byte that is the pattern's."""
    x = word ^ pattern
    return ~(((x & _LOW_BITS) + _LOW_BITS) | x | _LOW_BITS)


@inlined
def _how_many(marks: Any) -> int:
    """How many of the eight highest bits are set."""
    return int(((marks >> np.uint64(7)) * _ONES) >> np.uint64(56))


@inlined
def _is_step(buf: Any, i: int) -> bool:
    """Whether an escaped line end at ``i`` begins a line with a digit."""
    return bool(buf[i] == 92 and buf[i + 1] == 110 and 48 <= buf[i + 2] <= 57)


@kernel
def answer_shape(buf: Any, words: Any, i: int, end: int) -> int:
    """Shape of an answer from its first 1,024 bytes, as the sum of the constants above."""
    if end <= i:
        return 0
    flags = 0
    first = buf[i]
    if first == 123 or first == 91:
        flags |= DATA
    if 48 <= first <= 57:
        flags |= NUMBER_FIRST
    ticks = 0
    pipes = 0
    steps = 0
    stop = min(end - 2, i + _LOOKED_AT)
    while i < stop:
        if (i & 7) == 0 and i + 8 <= stop:
            w = at(words, i >> 3)
            ticks += _how_many(_matches(w, _TICKS))
            pipes += _how_many(_matches(w, _PIPES))
            if _matches(w, _SLASHES) != np.uint64(0):
                for k in range(i, i + 8):
                    steps += _is_step(buf, k)
            i += 8
        else:
            ticks += buf[i] == 96
            pipes += buf[i] == 124
            steps += _is_step(buf, i)
            i += 1
    if ticks >= 3:
        flags |= CODE
    if steps >= 2:
        flags |= STEPS
    if pipes >= 4:
        flags |= TABLE
    return flags


@kernel
def _characters(buf: Any, words: Any, i: int, end: int) -> int:
    """How many characters a checked JSON string has."""
    total = 0
    while i < end:
        if (i & 7) == 0:
            while i + 8 <= end and _matches(at(words, i >> 3), _SLASHES) == np.uint64(0):
                w = at(words, i >> 3)
                # Bytes that go on with a character begin with the bits 10.
                total += 8 - _how_many(w & ~(w << np.uint64(1)) & ~_LOW_BITS)
                i += 8
            if i >= end:
                break
        if buf[i] != 92:
            total += (buf[i] & 0xC0) != 0x80
            i += 1
            continue
        total += 1
        if buf[i + 1] != 117:
            i += 2
        elif buf[i + 2] | 32 == 100 and (56 <= buf[i + 3] <= 57 or 97 <= buf[i + 3] | 32 <= 98):
            i += 12  # two escapes that are one character
        else:
            i += 6
    return total


@kernel
def describe_answers(buf: Any, words: Any, begins: Any, ends: Any, chars: Any, shapes: Any) -> None:
    """Describe the answer of each row.

    Args:
        buf: uint8 block.
        words: the whole 64-bit words of the same memory.
        begins: int32 (rows): start of the answer inside its quotes, or -1.
        ends: int32 (rows).
        chars: out, int32 (rows): how many characters it has.
        shapes: out, uint8 (rows).
    """
    for row in range(begins.size):
        if begins[row] >= 0:
            chars[row] = _characters(buf, words, begins[row], ends[row])
            shapes[row] = answer_shape(buf, words, begins[row], ends[row])
