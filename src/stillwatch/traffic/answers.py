"""What remains of an answer: its length and the shape of its beginning."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.traffic.kernel import kernel

CODE: Final = 1
STEPS: Final = 2
TABLE: Final = 4
DATA: Final = 8
NUMBER_FIRST: Final = 16

_LOOKED_AT: Final = 1024


@kernel
def answer_shape(buf: Any, i: int, end: int) -> int:
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
    for k in range(i, min(end - 2, i + _LOOKED_AT)):  # without branches, so that many bytes are looked at together
        c = buf[k]
        ticks += c == 96
        pipes += c == 124
        steps += (c == 92) & (buf[k + 1] == 110) & (buf[k + 2] >= 48) & (buf[k + 2] <= 57)
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
    ones = np.uint64(0x0101010101010101)
    tops = np.uint64(0x8080808080808080)
    slashes = np.uint64(0x5C5C5C5C5C5C5C5C)
    total = 0
    while i < end:
        if (i & 7) == 0:
            while i + 8 <= end:
                w = words[i >> 3]
                s = w ^ slashes
                if ((s - ones) & ~s & tops) != np.uint64(0):
                    break
                # Bytes that go on with a character begin with the bits 10; each byte's count is summed at the top.
                going_on = (w >> np.uint64(7)) & ~(w >> np.uint64(6)) & ones
                total += 8 - np.int64((going_on * ones) >> np.uint64(56))
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
            shapes[row] = answer_shape(buf, begins[row], ends[row])
