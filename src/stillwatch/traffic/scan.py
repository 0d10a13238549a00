"""Finding the fields of canonical JSON lines in one compiled pass, without building objects.

The general reader (``logs.reading``) turns about 30,000 lines a second into Python objects. This pass only notes
where each field's value begins and ends, which is what the text pass and the column builders need, at memory speed.
A line that is anything but plain well-formed canonical JSON gets a status other than ``OK`` and goes to the general
reader, which alone decides whether it is good and says what is wrong: so this file holds no policy, only speed.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from stillwatch.core.exchange import FIELDS

FIELD_NAMES: Final = tuple(FIELDS)
FIELD_INDEX: Final = {name: i for i, name in enumerate(FIELD_NAMES)}

OK: Final = 0
SLOW: Final = 1  # for the general reader: malformed, or unusual but perhaps good
BLANK: Final = 2

MISSING: Final = 0
NULL: Final = 1
STRING: Final = 2
ESCAPED: Final = 3  # a string with a backslash in it
NUMBER: Final = 4
TRUE: Final = 5
FALSE: Final = 6
OBJECT: Final = 7
ARRAY: Final = 8

_SLOTS: Final = 256
_MAX_DEPTH: Final = 64


def _key_table() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Known field names as an open-addressing table: slot to field, field to offset, bytes of all names."""
    slots = np.full(_SLOTS, -1, dtype=np.int16)
    offsets = np.zeros(len(FIELD_NAMES) + 1, dtype=np.int32)
    blob = bytearray()
    for i, name in enumerate(FIELD_NAMES):
        raw = name.encode()
        blob += raw
        offsets[i + 1] = len(blob)
        slot = (len(raw) * 31 + raw[0] * 7 + raw[-1] * 3 + raw[len(raw) // 2]) % _SLOTS
        while slots[slot] >= 0:
            slot = (slot + 1) % _SLOTS
        slots[slot] = i
    return slots, offsets, np.frombuffer(bytes(blob), dtype=np.uint8)


_KEY_SLOTS, _KEY_OFFSETS, _KEY_BYTES = _key_table()


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _field_of(buf: Any, start: int, end: int) -> int:
    """Number of the canonical field whose name stands at ``buf[start:end]``, or -1."""
    n = end - start
    if n == 0:
        return -1
    slot = (n * 31 + buf[start] * 7 + buf[end - 1] * 3 + buf[start + n // 2]) % _SLOTS
    while _KEY_SLOTS[slot] >= 0:
        field = _KEY_SLOTS[slot]
        if _KEY_OFFSETS[field + 1] - _KEY_OFFSETS[field] == n:
            base = _KEY_OFFSETS[field]
            same = True
            for k in range(n):
                if _KEY_BYTES[base + k] != buf[start + k]:
                    same = False
                    break
            if same:
                return field
        slot = (slot + 1) % _SLOTS
    return -1


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _space(buf: Any, i: int, n: int) -> int:
    while i < n and (buf[i] == 32 or buf[i] == 9 or buf[i] == 13):
        i += 1
    return i


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _string_end(buf: Any, words: Any, i: int, n: int) -> tuple[int, bool, bool]:
    """Walk a JSON string whose first byte is ``buf[i]``, eight bytes at a time.

    Returns:
        Index of the closing quote (-1 when there is none or a control byte stands inside), whether a backslash
        and whether a byte beyond ASCII was met.
    """
    escaped = False
    high = False
    ones = np.uint64(0x0101010101010101)
    tops = np.uint64(0x8080808080808080)
    quotes = np.uint64(0x2222222222222222)
    slashes = np.uint64(0x5C5C5C5C5C5C5C5C)
    low = np.uint64(0x2020202020202020)
    zero = np.uint64(0)
    while i < n:
        if (i & 7) == 0:
            last = n - 8
            while i <= last:
                w = words[i >> 3]
                q = w ^ quotes
                s = w ^ slashes
                hit = ((q - ones) & ~q) | ((s - ones) & ~s) | ((w - low) & ~w)
                if (hit & tops) != zero:
                    break
                if (w & tops) != zero:
                    high = True
                i += 8
            if i >= n:
                return -1, escaped, high
        c = buf[i]
        if c == 34:
            return i, escaped, high
        if c == 92:
            escaped = True
            i += 2
            continue
        if c < 32:
            return -1, escaped, high
        if c >= 128:
            high = True
        i += 1
    return -1, escaped, high


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _number_end(buf: Any, i: int, n: int) -> int:
    """Index after a JSON number that begins at ``i``, or -1 when it is not one."""
    if buf[i] == 45:
        i += 1
    if i >= n or buf[i] < 48 or buf[i] > 57:
        return -1
    if buf[i] == 48:
        i += 1
    else:
        while i < n and 48 <= buf[i] <= 57:
            i += 1
    if i < n and buf[i] == 46:
        i += 1
        if i >= n or buf[i] < 48 or buf[i] > 57:
            return -1
        while i < n and 48 <= buf[i] <= 57:
            i += 1
    if i < n and (buf[i] == 101 or buf[i] == 69):
        i += 1
        if i < n and (buf[i] == 43 or buf[i] == 45):
            i += 1
        if i >= n or buf[i] < 48 or buf[i] > 57:
            return -1
        while i < n and 48 <= buf[i] <= 57:
            i += 1
    return i


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _literal(buf: Any, i: int, n: int) -> tuple[int, int]:
    """Kind and end of ``null``, ``true`` or ``false`` at ``i``; end -1 when it is none of them."""
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


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _nested_end(buf: Any, words: Any, i: int, n: int) -> tuple[int, bool]:
    """Walk an object or array that begins at ``i``, checking its grammar.

    Returns:
        Index after it (-1 when malformed or deeper than 64) and whether a byte beyond ASCII was met.
    """
    stack = np.empty(_MAX_DEPTH, dtype=np.uint8)
    depth = 0
    high = False
    need_value = True
    fresh = False  # just inside an opening bracket: a closing one may follow
    while True:
        i = _space(buf, i, n)
        if i >= n:
            return -1, high
        c = buf[i]
        if need_value:
            if depth > 0 and stack[depth - 1] == 1 and c != 125:
                if c != 34:
                    return -1, high
                i, _, h = _string_end(buf, words, i + 1, n)
                high = high or h
                if i < 0:
                    return -1, high
                i = _space(buf, i + 1, n)
                if i >= n or buf[i] != 58:
                    return -1, high
                i = _space(buf, i + 1, n)
                if i >= n:
                    return -1, high
                c = buf[i]
                fresh = False
            if c == 34:
                i, _, h = _string_end(buf, words, i + 1, n)
                high = high or h
                if i < 0:
                    return -1, high
                i += 1
                need_value = False
            elif c == 123 or c == 91:
                if depth >= _MAX_DEPTH:
                    return -1, high
                stack[depth] = 1 if c == 123 else 2
                depth += 1
                fresh = True
                i += 1
                continue
            elif (c == 125 or c == 93) and fresh and depth > 0 and stack[depth - 1] == (1 if c == 125 else 2):
                depth -= 1
                i += 1
                need_value = False
            elif c == 45 or 48 <= c <= 57:
                i = _number_end(buf, i, n)
                if i < 0:
                    return -1, high
                need_value = False
            else:
                _, i = _literal(buf, i, n)
                if i < 0:
                    return -1, high
                need_value = False
            fresh = False
            if depth == 0:
                return i, high
            continue
        if c == 44:
            need_value = True
            fresh = False
            i += 1
        elif (c == 125 and stack[depth - 1] == 1) or (c == 93 and stack[depth - 1] == 2):
            depth -= 1
            i += 1
            if depth == 0:
                return i, high
        else:
            return -1, high


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _valid_utf8(buf: Any, i: int, n: int) -> bool:
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
        if i + more >= n + 0 and i + more > n - 1:
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


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _index_line(buf: Any, words: Any, i: int, n: int, kinds: Any, begins: Any, ends: Any) -> bool:
    """Note the fields of the one line ``buf[i:n]`` (without its newline); False sends it to the general reader."""
    i = _space(buf, i, n)
    start = i
    if i >= n or buf[i] != 123:
        return False
    high = False
    i = _space(buf, i + 1, n)
    if i < n and buf[i] == 125:
        return False
    while True:
        if i >= n or buf[i] != 34:
            return False
        key = i + 1
        i, key_escaped, h = _string_end(buf, words, key, n)
        high = high or h
        if i < 0 or key_escaped:
            return False
        field = _field_of(buf, key, i)
        i = _space(buf, i + 1, n)
        if i >= n or buf[i] != 58:
            return False
        i = _space(buf, i + 1, n)
        if i >= n:
            return False
        c = buf[i]
        begin = i
        if c == 34:
            begin = i + 1
            i, escaped, h = _string_end(buf, words, begin, n)
            high = high or h
            if i < 0:
                return False
            kind = ESCAPED if escaped else STRING
            end = i
            i += 1
        elif c == 123 or c == 91:
            i, h = _nested_end(buf, words, i, n)
            high = high or h
            if i < 0:
                return False
            kind = OBJECT if c == 123 else ARRAY
            end = i
        elif c == 45 or 48 <= c <= 57:
            i = _number_end(buf, i, n)
            if i < 0:
                return False
            kind = NUMBER
            end = i
        else:
            kind, i = _literal(buf, i, n)
            if i < 0:
                return False
            end = i
        if field >= 0:
            kinds[field] = kind
            begins[field] = begin
            ends[field] = end
        i = _space(buf, i, n)
        if i >= n:
            return False
        if buf[i] == 44:
            i = _space(buf, i + 1, n)
            continue
        if buf[i] == 125:
            i = _space(buf, i + 1, n)
            break
        return False
    if i < n:
        return False
    return not high or _valid_utf8(buf, start, n)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def index_lines(
    buf: Any, words: Any, kinds: Any, begins: Any, ends: Any, status: Any, line_begin: Any, line_end: Any
) -> int:
    """Index every line of a block.

    Args:
        buf: uint8 block, each line ended by a newline byte.
        words: the same memory as uint64, padded with zeros to a multiple of eight bytes.
        kinds: out, uint8 (lines, fields): what each field's value is.
        begins: out, int32 (lines, fields): where it begins (inside the quotes for strings).
        ends: out, int32 (lines, fields): where it ends.
        status: out, uint8 (lines): ``OK``, ``SLOW`` or ``BLANK``.
        line_begin: out, int32 (lines).
        line_end: out, int32 (lines): without the newline.

    Returns:
        How many lines there were.
    """
    n = buf.size
    i = 0
    row = 0
    newlines = np.uint64(0x0A0A0A0A0A0A0A0A)
    ones = np.uint64(0x0101010101010101)
    tops = np.uint64(0x8080808080808080)
    while i < n:
        j = i
        while j < n and buf[j] != 10:
            if (j & 7) == 0:
                while j + 8 <= n:
                    w = words[j >> 3] ^ newlines
                    if ((w - ones) & ~w & tops) != np.uint64(0):
                        break
                    j += 8
                if j >= n or buf[j] == 10:
                    break
            j += 1
        line_begin[row] = i
        line_end[row] = j
        if _space(buf, i, j) >= j:
            status[row] = BLANK
        elif _index_line(buf, words, i, j, kinds[row], begins[row], ends[row]):
            status[row] = OK
        else:
            status[row] = SLOW
        row += 1
        i = j + 1
    return row
