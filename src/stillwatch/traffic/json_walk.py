"""Walking JSON in a byte buffer without building anything: where a value ends, and whether it is well-formed.

What these functions accept, the general reader's parser accepts too; they may refuse more (very deep nesting, numbers
of extreme size), which only costs the line its fast path.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.traffic.kernel import at, inlined, kernel

MISSING: Final = 0
NULL: Final = 1
STRING: Final = 2
ESCAPED: Final = 3  # a string with a backslash in it
NUMBER: Final = 4
TRUE: Final = 5
FALSE: Final = 6
OBJECT: Final = 7
ARRAY: Final = 8

_MAX_DEPTH: Final = 64
_LONGEST_NUMBER: Final = 200
_LARGEST_EXPONENT: Final = 308  # beyond it a double overflows, and the parser refuses the line


@inlined
def space(buf: Any, i: int, n: int) -> int:
    """Index of the first byte from ``i`` that is not white space, at most ``n``."""
    while i < n and at(buf, i) <= 32 and (buf[i] == 32 or buf[i] == 9 or buf[i] == 13):
        i += 1
    return i


@inlined
def hex4(buf: Any, i: int, n: int) -> int:
    """The number that four hexadecimal digits at ``i`` write, or -1 where they are not four."""
    if i + 4 > n:
        return -1
    value = 0
    for k in range(4):
        c = int(buf[i + k])
        if 48 <= c <= 57:
            value = value * 16 + c - 48
        elif 97 <= c <= 102:
            value = value * 16 + c - 87
        elif 65 <= c <= 70:
            value = value * 16 + c - 55
        else:
            return -1
    return value


@kernel
def _escape_end(buf: Any, i: int, n: int) -> int:
    """Index after the escape whose backslash stands at ``i``, or -1: unknown, cut off or half a character."""
    if i + 1 >= n:
        return -1
    c = buf[i + 1]
    if c == 34 or c == 92 or c == 47 or c == 98 or c == 102 or c == 110 or c == 114 or c == 116:
        return i + 2
    if c != 117:
        return -1
    value = hex4(buf, i + 2, n)
    if value < 0 or 0xDC00 <= value <= 0xDFFF:
        return -1
    if 0xD800 <= value <= 0xDBFF:
        if i + 12 > n or buf[i + 6] != 92 or buf[i + 7] != 117:
            return -1
        low = hex4(buf, i + 8, n)
        return i + 12 if 0xDC00 <= low <= 0xDFFF else -1
    return i + 6


@kernel
def string_end(buf: Any, words: Any, i: int, n: int) -> tuple[int, bool, bool]:
    """Walk a JSON string whose first byte is ``buf[i]``, eight bytes at a time.

    Returns:
        Index of the closing quote (-1 where there is none before ``n``, or where a control byte or a bad escape
        stands inside), whether a backslash and whether a byte beyond ASCII was met.
    """
    escaped = False
    ones = np.uint64(0x0101010101010101)
    tops = np.uint64(0x8080808080808080)
    quotes = np.uint64(0x2222222222222222)
    slashes = np.uint64(0x5C5C5C5C5C5C5C5C)
    low = np.uint64(0x2020202020202020)
    zero = np.uint64(0)
    seen = zero  # every byte passed, one over the other: only the highest bit of each matters
    while i < n:
        if (i & 7) == 0:
            while i + 8 <= n:
                w = at(words, i >> 3)
                q = w ^ quotes
                s = w ^ slashes
                hit = ((q - ones) & ~q) | ((s - ones) & ~s) | ((w - low) & ~w)
                if (hit & tops) != zero:
                    break
                seen |= w
                i += 8
            if i >= n:
                break
        c = at(buf, i)
        if c == 34:
            return i, escaped, (seen & tops) != zero
        if c == 92:
            escaped = True
            i = _escape_end(buf, i, n)
            if i < 0:
                break
            continue
        if c < 32:
            break
        seen |= np.uint64(c)
        i += 1
    return -1, escaped, False


@kernel
def number_end(buf: Any, i: int, n: int) -> int:
    """Index after a JSON number that begins at ``i``, or -1 where it is none or of extreme size."""
    begin = i
    if buf[i] == 45:
        i += 1
    first = i
    i = _digits_end(buf, i, n)
    digits = i - first
    if digits == 0 or (buf[first] == 48 and digits > 1):
        return -1
    if i < n and buf[i] == 46:
        first = i + 1
        i = _digits_end(buf, first, n)
        if i == first:
            return -1
    if i < n and (buf[i] == 101 or buf[i] == 69):
        first = i + 1
        small = first < n and buf[first] == 45
        if small or (first < n and buf[first] == 43):
            first += 1
        i = _digits_end(buf, first, n)
        if i == first or i > first + 3:
            return -1
        exponent = 0
        for k in range(first, i):
            exponent = exponent * 10 + int(buf[k]) - 48
        if not small and digits + exponent > _LARGEST_EXPONENT:
            return -1
    return i if i - begin <= _LONGEST_NUMBER else -1


@inlined
def _digits_end(buf: Any, i: int, n: int) -> int:
    while i < n and 48 <= at(buf, i) <= 57:
        i += 1
    return i


@inlined
def literal(buf: Any, i: int, n: int) -> tuple[int, int]:
    """Kind and end of ``null``, ``true`` or ``false`` at ``i``; end -1 where it is none of them."""
    if i + 4 <= n and buf[i] == 110 and buf[i + 1] == 117 and buf[i + 2] == 108 and buf[i + 3] == 108:
        return NULL, i + 4
    if i + 4 <= n and buf[i] == 116 and buf[i + 1] == 114 and buf[i + 2] == 117 and buf[i + 3] == 101:
        return TRUE, i + 4
    if (
        i + 5 <= n
        and buf[i] == 102
        and buf[i + 1] == 97
        and buf[i + 2] == 108
        and buf[i + 3] == 115
        and buf[i + 4] == 101
    ):
        return FALSE, i + 5
    return MISSING, -1


@kernel
def scalar_end(buf: Any, words: Any, i: int, n: int) -> tuple[int, int, bool]:
    """Kind of the string, number or literal at ``i``, the index after it (-1: malformed), any byte beyond ASCII."""
    c = buf[i]
    if c == 34:
        end, escaped, high = string_end(buf, words, i + 1, n)
        return ESCAPED if escaped else STRING, end + 1 if end >= 0 else -1, high
    if c == 45 or 48 <= c <= 57:
        return NUMBER, number_end(buf, i, n), False
    kind, end = literal(buf, i, n)
    return kind, end, False


@kernel
def key_end(buf: Any, words: Any, i: int, n: int) -> tuple[int, int, bool]:
    """Walk an object's key and its colon, from the opening quote at ``i``.

    Returns:
        Index of the key's closing quote, index of the value (-1 where malformed), any byte beyond ASCII.
    """
    if i >= n or buf[i] != 34:
        return -1, -1, False
    stop, _, high = string_end(buf, words, i + 1, n)
    if stop < 0:
        return -1, -1, high
    i = space(buf, stop + 1, n)
    if i >= n or buf[i] != 58:
        return -1, -1, high
    i = space(buf, i + 1, n)
    return stop, i if i < n else -1, high


@kernel
def nested_end(buf: Any, words: Any, i: int, n: int) -> tuple[int, bool]:
    """Walk an object or array that begins at ``i``, checking its grammar.

    Returns:
        Index after it (-1 where malformed or deeper than 64) and whether a byte beyond ASCII was met.
    """
    objects = np.uint64(0)  # a bit for each open bracket, the innermost lowest: 1 where it is an object's
    one = np.uint64(1)
    depth = 0
    high = False
    need_value = True
    fresh = False  # just inside an opening bracket: a closing one may follow
    while True:
        i = space(buf, i, n)
        if i >= n:
            return -1, high
        c = buf[i]
        in_object = (objects & one) == one
        if depth > 0 and c == (125 if in_object else 93) and (fresh or not need_value):
            depth -= 1
            objects >>= one
            i += 1
            need_value = False
            fresh = False
        elif not need_value:
            if c != 44:
                return -1, high
            need_value = True
            i += 1
            continue
        else:
            if depth > 0 and in_object:
                _, i, h = key_end(buf, words, i, n)
                high = high or h
                if i < 0:
                    return -1, high
                c = buf[i]
            if c == 123 or c == 91:
                if depth >= _MAX_DEPTH:
                    return -1, high
                objects = (objects << one) | np.uint64(c == 123)
                depth += 1
                fresh = True
                i += 1
                continue
            _, i, h = scalar_end(buf, words, i, n)
            high = high or h
            if i < 0:
                return -1, high
            need_value = False
            fresh = False
        if depth == 0:
            return i, high


@kernel
def valid_utf8(buf: Any, i: int, n: int) -> bool:
    """Whether ``buf[i:n]`` is well-formed UTF-8 (RFC 3629)."""
    while i < n:
        c = buf[i]
        if c < 0x80:
            i += 1
            continue
        if 0xC2 <= c <= 0xDF:
            more = 1
        elif 0xE0 <= c <= 0xEF:
            more = 2
        elif 0xF0 <= c <= 0xF4:
            more = 3
        else:
            return False
        if i + more >= n:
            return False
        second = buf[i + 1]
        if (
            (c == 0xE0 and second < 0xA0)
            or (c == 0xED and second > 0x9F)
            or (c == 0xF0 and second < 0x90)
            or (c == 0xF4 and second > 0x8F)
        ):
            return False
        for k in range(1, more + 1):
            if buf[i + k] & 0xC0 != 0x80:
                return False
        i += more + 1
    return True


@inlined
def next_token(buf: Any, i: int) -> int:
    """Skip white space and commas between JSON values whose grammar has been checked before."""
    while buf[i] == 32 or buf[i] == 9 or buf[i] == 13 or buf[i] == 44:
        i += 1
    return i
