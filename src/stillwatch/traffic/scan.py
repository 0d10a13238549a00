"""Finding the fields of canonical JSON lines in one compiled pass, without building objects.

The general reader (``logs.reading``) turns about 30,000 lines a second into Python objects. This pass only notes
where each field's value begins and ends, which is what the text pass and the column builders need, at memory speed.
A line that is anything but plain well-formed canonical JSON gets a status other than ``OK`` and goes to the general
reader, which alone decides whether it is good and says what is wrong: so this file holds no policy, only speed.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.core.exchange import FIELDS
from stillwatch.traffic.json_walk import ARRAY, OBJECT, key_end, nested_end, scalar_end, space, valid_utf8
from stillwatch.traffic.kernel import at, inlined, kernel

FIELD_NAMES: Final = tuple(FIELDS)
FIELD_INDEX: Final = {name: i for i, name in enumerate(FIELD_NAMES)}

OK: Final = 0
SLOW: Final = 1  # for the general reader: malformed, or unusual but perhaps good
BLANK: Final = 2

_SLOTS: Final = 256


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


@inlined
def _is_field(buf: Any, start: int, n: int, field: int) -> int:
    """Index of the quote that ends the name of this field at ``start``, or -1 where another name stands there."""
    base = _KEY_OFFSETS[field]
    size = _KEY_OFFSETS[field + 1] - base
    if start + size >= n or buf[start + size] != 34:
        return -1
    for k in range(size):
        if at(_KEY_BYTES, base + k) != at(buf, start + k):
            return -1
    return int(start + size)


@kernel
def _field_of(buf: Any, start: int, end: int, n: int) -> int:
    """Number of the canonical field whose name stands at ``buf[start:end]``, or -1."""
    size = end - start
    if size == 0:
        return -1
    slot = (size * 31 + buf[start] * 7 + buf[end - 1] * 3 + buf[start + size // 2]) % _SLOTS
    while _KEY_SLOTS[slot] >= 0:
        field = int(_KEY_SLOTS[slot])
        if _is_field(buf, start, n, field) == end:
            return field
        slot = (slot + 1) % _SLOTS
    return -1


@kernel
def _field_at(buf: Any, words: Any, i: int, n: int, guess: int) -> tuple[int, int, bool]:
    """The field whose key's opening quote stands at ``i``.

    Args:
        buf: the block.
        words: the same memory as uint64.
        i: where the key should be.
        n: end of the line.
        guess: the field that stood at this place in the line before, -1 for none.

    Returns:
        Its number (-1 where it is not canonical), index of its value (-1 where malformed or written with
        escapes), any byte beyond ASCII.
    """
    if guess >= 0 and i < n and buf[i] == 34:
        stop = _is_field(buf, i + 1, n, guess)
        if stop >= 0:
            value = space(buf, stop + 1, n)
            if value < n and buf[value] == 58:
                value = space(buf, value + 1, n)
                return guess, value if value < n else -1, False
            return guess, -1, False
    stop, value, high = key_end(buf, words, i, n)
    if value < 0 or _has_backslash(buf, i + 1, stop):
        return -1, -1, high
    return _field_of(buf, i + 1, stop, n), value, high


@inlined
def _has_backslash(buf: Any, i: int, end: int) -> bool:
    found = False
    for k in range(i, end):
        found = found or buf[k] == 92
    return found


@kernel
def _index_line(buf: Any, words: Any, i: int, n: int, order: Any, kinds: Any, begins: Any, ends: Any) -> bool:
    """Note the fields of the one line ``buf[i:n]`` (without its newline); False sends it to the general reader."""
    i = space(buf, i, n)
    start = i
    if i >= n or buf[i] != 123:
        return False
    any_high = False
    i = space(buf, i + 1, n)
    place = 0
    while True:
        field, i, high = _field_at(buf, words, i, n, order[place])
        any_high = any_high or high
        if i < 0:
            return False
        order[place] = field
        place = min(place + 1, order.size - 1)
        begin = i
        c = buf[i]
        if c == 123 or c == 91:
            kind = OBJECT if c == 123 else ARRAY
            i, high = nested_end(buf, words, i, n)
        else:
            kind, i, high = scalar_end(buf, words, i, n)
        any_high = any_high or high
        if i < 0:
            return False
        if field >= 0:
            inside = 1 if c == 34 else 0  # strings are noted without their quotes
            kinds[field] = kind
            begins[field] = begin + inside
            ends[field] = i - inside
        i = space(buf, i, n)
        if i >= n:
            return False
        if buf[i] == 44:
            i = space(buf, i + 1, n)
        elif buf[i] == 125:
            break
        else:
            return False
    if space(buf, i + 1, n) < n:
        return False
    return not any_high or valid_utf8(buf, start, n)


@inlined
def _has_newline(word: Any) -> bool:
    w = word ^ np.uint64(0x0A0A0A0A0A0A0A0A)
    return bool(((w - np.uint64(0x0101010101010101)) & ~w & np.uint64(0x8080808080808080)) != np.uint64(0))


@inlined
def _line_end(buf: Any, words: Any, j: int, n: int) -> int:
    """Index of the first newline from ``j``, ``n`` where there is none."""
    while j < n and buf[j] != 10:
        if (j & 7) == 0:
            while j + 8 <= n and not _has_newline(at(words, j >> 3)):
                j += 8
            if j >= n or buf[j] == 10:
                break
        j += 1
    return j


@kernel
def index_lines(
    buf: Any,
    words: Any,
    order: Any,
    kinds: Any,
    begins: Any,
    ends: Any,
    status: Any,
    line_begin: Any,
    line_end: Any,
) -> int:
    """Index every line of a block.

    Args:
        buf: uint8 block, each line ended by a newline byte.
        words: the whole 64-bit words of the same memory.
        order: int64, any length: which field stood at each place of the line before, -1 at first.
        kinds: out, uint8 (lines, fields): what each field's value is.
        begins: out, int32 (lines, fields): where it begins (inside the quotes for strings).
        ends: out, int32 (lines, fields): where it ends.
        status: out, uint8 (lines): ``OK``, ``SLOW`` or ``BLANK``.
        line_begin: out, int32 (lines).
        line_end: out, int32 (lines): without the newline.

    Returns:
        How many lines there were, -1 where there are more than the arrays hold.
    """
    n = buf.size
    i = 0
    row = 0
    while i < n:
        j = _line_end(buf, words, i, n)
        if j >= n:
            break  # not a whole line
        if row == status.size:
            return -1
        line_begin[row] = i
        line_end[row] = j
        if space(buf, i, j) >= j:
            status[row] = BLANK
        elif _index_line(buf, words, i, j, order, kinds[row], begins[row], ends[row]):
            status[row] = OK
        else:
            status[row] = SLOW
        row += 1
        i = j + 1
    return row
