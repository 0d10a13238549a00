"""Finding the texts of a messages array: who speaks, and where each text begins and ends.

Takes exactly the messages that ``logs.canonical`` would leave as they are; any other array is not for this pass.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.traffic.json_walk import (
    ARRAY,
    ESCAPED,
    MISSING,
    NUMBER,
    OBJECT,
    STRING,
    key_end,
    nested_end,
    next_token,
    scalar_end,
    string_end,
)
from stillwatch.traffic.kernel import at, inlined, kernel
from stillwatch.traffic.letters import decode
from stillwatch.traffic.scratch import mix

BAD: Final = -1
OTHER: Final = 0
USER: Final = 1
SYSTEM: Final = 2

_ROLE = np.frombuffer(b"role", dtype=np.uint8)
_CONTENT = np.frombuffer(b"content", dtype=np.uint8)
_TYPE = np.frombuffer(b"type", dtype=np.uint8)
_TEXT = np.frombuffer(b"text", dtype=np.uint8)
_USER = np.frombuffer(b"user", dtype=np.uint8)
_SYSTEM = np.frombuffer(b"system", dtype=np.uint8)
_DEVELOPER = np.frombuffer(b"developer", dtype=np.uint8)


@inlined
def _is(buf: Any, begin: int, end: int, name: Any) -> bool:
    """Whether these bytes spell a name."""
    same = bool(end - begin == name.size)
    if same:
        for k in range(name.size):
            same = same and at(buf, begin + k) == at(name, k)
    return same


@kernel
def _field(buf: Any, words: Any, i: int, n: int) -> tuple[int, int, int, int, int]:
    """The field of a checked object at ``i``.

    Returns:
        Begin and end of its key (begin -1 where the key is written with escapes), kind of its value, index of
        the value, and the index of what comes next.
    """
    key = i + 1
    stop, value, _ = key_end(buf, words, i, n)
    for k in range(key, stop):
        if buf[k] == 92:
            key = -1
            break
    c = buf[value]
    if c == 123 or c == 91:
        kind = OBJECT if c == 123 else ARRAY
        after, _ = nested_end(buf, words, value, n)
    else:
        kind, after, _ = scalar_end(buf, words, value, n)
    return key, stop, kind, value, next_token(buf, after)


@kernel
def next_message(buf: Any, words: Any, i: int, n: int) -> tuple[int, int, int, int]:
    """The message that stands at ``i`` within a checked array.

    Returns:
        Who speaks (``BAD`` where it is no canonical message), index and kind of its content, and the index of what
        comes next.
    """
    who = BAD
    content = -1
    content_kind = MISSING
    bad = False
    if buf[i] != 123:
        return BAD, -1, MISSING, i
    i = next_token(buf, i + 1)
    while buf[i] != 125:
        key, stop, kind, value, i = _field(buf, words, i, n)
        if key < 0:
            bad = True
        elif _is(buf, key, stop, _ROLE):
            who = BAD
            if kind == STRING:
                end, _, _ = string_end(buf, words, value + 1, n)
                if end > value + 1:
                    who = _who(buf, value + 1, end)
        elif _is(buf, key, stop, _CONTENT):
            content = value
            content_kind = kind
    if bad or (content_kind >= NUMBER and content_kind != ARRAY):
        who = BAD
    return who, content, content_kind, next_token(buf, i + 1)


@inlined
def _who(buf: Any, begin: int, end: int) -> int:
    if _is(buf, begin, end, _USER):
        return USER
    if _is(buf, begin, end, _SYSTEM) or _is(buf, begin, end, _DEVELOPER):
        return SYSTEM
    return OTHER


@kernel
def next_part(buf: Any, words: Any, i: int, n: int) -> tuple[int, int, int]:
    """The part of a content that stands at ``i`` within a checked array.

    Returns:
        Begin and end of its text (0 and 0 where it has none, -1 where it is no canonical part), and the index of
        what comes next.
    """
    named = False
    is_text = False
    begin = -1
    end = -1
    if buf[i] != 123:
        return -1, -1, i
    i = next_token(buf, i + 1)
    while buf[i] != 125:
        key, stop, kind, value, i = _field(buf, words, i, n)
        if key < 0:
            return -1, -1, i
        if _is(buf, key, stop, _TYPE):
            named = kind == STRING
            if named:
                last, _, _ = string_end(buf, words, value + 1, n)
                is_text = _is(buf, value + 1, last, _TEXT)
        elif _is(buf, key, stop, _TEXT):
            begin = -1
            end = -1
            if kind in (STRING, ESCAPED):
                begin = value + 1
                end, _, _ = string_end(buf, words, begin, n)
    i = next_token(buf, i + 1)
    if not named:
        return -1, -1, i
    if not is_text:
        return 0, 0, i
    return begin, end, i


@kernel
def survey(buf: Any, words: Any, i: int, n: int) -> tuple[int, int, int, int]:
    """Look over a messages array whose grammar has been checked.

    Returns:
        Messages (-1 where one of them is not canonical), messages of the user, and the number of the user's first
        and last one (-1 where there is none).
    """
    messages = 0
    users = 0
    first = -1
    last = -1
    i = next_token(buf, i + 1)
    while buf[i] != 93:
        who, content, kind, i = next_message(buf, words, i, n)
        if who == BAD:
            return -1, 0, -1, -1
        if kind == ARRAY:
            part = next_token(buf, content + 1)
            while buf[part] != 93:
                begin, _, part = next_part(buf, words, part, n)
                if begin < 0:
                    return -1, 0, -1, -1
        if who == USER:
            users += 1
            last = messages
            if first < 0:
                first = messages
        messages += 1
    return messages, users, first, last


@kernel
def survey_rows(buf: Any, words: Any, kinds: Any, begins: Any, ends: Any, bad: Any, found: Any) -> None:
    """Look over the messages of each row.

    Args:
        buf: uint8 block.
        words: the whole 64-bit words of the same memory.
        kinds: uint8 (rows): what the field holds.
        begins: int32 (rows).
        ends: int32 (rows).
        bad: bool (rows): rows to pass over; set where the general reader has to look at the messages.
        found: out, int32 (rows, 4): what `survey` returns.
    """
    for row in range(kinds.size):
        bad[row] = bad[row] or kinds[row] != ARRAY
        if not bad[row]:
            messages, users, first, last = survey(buf, words, begins[row], ends[row])
            found[row, 0] = messages
            found[row, 1] = users
            found[row, 2] = first
            found[row, 3] = last
            bad[row] = messages < 0


@kernel
def hash_messages(buf: Any, words: Any, i: int, n: int, key: Any) -> Any:
    """Keyed hash of who says what, the same however the JSON is written."""
    prime = np.uint64(0x100000001B3)
    total = key
    i = next_token(buf, i + 1)
    while buf[i] != 93:
        who, content, kind, i = next_message(buf, words, i, n)
        total = mix(total, np.uint64(who))
        if kind in (STRING, ESCAPED):
            end, _, _ = string_end(buf, words, content + 1, n)
            if end > content + 1:  # an empty content is as none
                total = mix(total, _hash_text(buf, content + 1, end, key, prime))
        elif kind == ARRAY:
            part = next_token(buf, content + 1)
            while buf[part] != 93:
                begin, end, part = next_part(buf, words, part, n)
                if end > begin:
                    total = mix(total, _hash_text(buf, begin, end, key, prime))
    return total


@inlined
def _hash_text(buf: Any, i: int, end: int, total: Any, prime: Any) -> Any:
    while i < end:
        cp, i = decode(buf, i, end)
        total = (total ^ np.uint64(cp)) * prime
        total ^= total >> np.uint64(29)
    return total
