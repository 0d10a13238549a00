"""From field positions to typed columns: numbers, times and strings of a whole block at once."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa

from stillwatch.traffic.json_walk import ESCAPED, FALSE, NULL, NUMBER, STRING, TRUE
from stillwatch.traffic.kernel import at, inlined, kernel

MISSING: Final = 0
GOOD: Final = 1
BAD: Final = 2  # for a closer look


@inlined
def _digits(buf: Any, i: int, n: int) -> int:
    value = 0
    for k in range(n):
        c = int(buf[i + k])
        if c < 48 or c > 57:
            return -1
        value = value * 10 + (c - 48)
    return value


@kernel
def parse_times(buf: Any, kinds: Any, begins: Any, ends: Any, out: Any, state: Any) -> None:
    """Parse RFC 3339 strings into microseconds since 1970 UTC; ``state`` is 0 missing, 1 good, 2 for a closer look."""
    for row in range(kinds.size):
        if kinds[row] <= NULL:
            state[row] = MISSING
            continue
        state[row] = BAD
        i = begins[row]
        end = ends[row]
        if kinds[row] != STRING or end - i < 20:
            continue
        year = _digits(buf, i, 4)
        month = _digits(buf, i + 5, 2)
        day = _digits(buf, i + 8, 2)
        hour = _digits(buf, i + 11, 2)
        minute = _digits(buf, i + 14, 2)
        second = _digits(buf, i + 17, 2)
        if (
            buf[i + 4] != 45
            or buf[i + 7] != 45
            or (buf[i + 10] != 84 and buf[i + 10] != 32)
            or buf[i + 13] != 58
            or buf[i + 16] != 58
            or year < 1
            or year > 9999
            or month < 1
            or month > 12
            or day < 1
            or day > 31
            or hour < 0
            or hour > 23
            or minute < 0
            or minute > 59
            or second < 0
            or second > 59
        ):
            continue
        if day > 28:
            leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
            longest = 31
            if month == 4 or month == 6 or month == 9 or month == 11:
                longest = 30
            elif month == 2:
                longest = 29 if leap else 28
            if day > longest:
                continue
        i += 19
        micros = 0
        if buf[i] == 46:
            i += 1
            scale = 100000
            first = i
            while i < end and 48 <= buf[i] <= 57:
                micros += (buf[i] - 48) * scale
                scale //= 10
                i += 1
            if i == first:
                continue
        offset = 0
        if i < end and (buf[i] == 90 or buf[i] == 122) and i + 1 == end:
            offset = 0
        elif i + 6 == end and (buf[i] == 43 or buf[i] == 45) and buf[i + 3] == 58:
            oh = _digits(buf, i + 1, 2)
            om = _digits(buf, i + 4, 2)
            if oh < 0 or om < 0 or oh > 23 or om > 59:
                continue
            if year == 1 or year == 9999:
                continue  # in UTC it may lie in a year that has no four digits
            offset = (oh * 60 + om) * (1 if buf[i] == 43 else -1)
        else:
            continue
        # Days from civil (Howard Hinnant, public domain algorithm).
        y = year - (1 if month <= 2 else 0)
        era = y // 400
        yoe = y - era * 400
        mp = (month + 9) % 12
        doy = (153 * mp + 2) // 5 + day - 1
        doe = yoe * 365 + yoe // 4 - yoe // 100 + doy
        days = era * 146097 + doe - 719468
        out[row] = (((days * 24 + hour) * 60 + minute - offset) * 60 + second) * 1000000 + micros
        state[row] = GOOD


@kernel
def parse_whole(
    buf: Any, kinds: Any, begins: Any, ends: Any, least: int, most: int, out: Any, state: Any
) -> None:
    """Parse whole numbers from ``least`` (not negative) to ``most``; anything else needs a closer look."""
    for row in range(kinds.size):
        if kinds[row] <= NULL:
            state[row] = MISSING
            continue
        state[row] = BAD
        n = ends[row] - begins[row]
        if kinds[row] != NUMBER or n > 16:
            continue
        value = _digits(buf, begins[row], n)
        if value < least or value > most:
            continue
        out[row] = value
        state[row] = GOOD


@kernel
def parse_decimal(buf: Any, kinds: Any, begins: Any, ends: Any, out: Any, state: Any) -> None:
    """Parse plain non-negative decimals such as ``0.7``; anything else needs a closer look."""
    for row in range(kinds.size):
        if kinds[row] <= NULL:
            state[row] = MISSING
            continue
        state[row] = BAD
        if kinds[row] != NUMBER or ends[row] - begins[row] > 15:
            continue
        value = 0.0
        scale = 0.0
        good = True
        for i in range(begins[row], ends[row]):
            c = buf[i]
            if c == 46:
                scale = 1.0
            elif 48 <= c <= 57:
                value = value * 10.0 + (c - 48)
                scale *= 10.0
            else:
                good = False
        if good:
            out[row] = value / scale if scale > 0.0 else value
            state[row] = GOOD


@kernel
def parse_flag(kinds: Any, out: Any, state: Any) -> None:
    """Parse true and false; anything else needs a closer look."""
    for row in range(kinds.size):
        if kinds[row] <= NULL:
            state[row] = MISSING
        elif kinds[row] == TRUE or kinds[row] == FALSE:
            out[row] = kinds[row] == TRUE
            state[row] = GOOD
        else:
            state[row] = BAD


@kernel
def check_strings(kinds: Any, begins: Any, ends: Any, state: Any) -> None:
    """Mark the rows that hold a text which is not empty."""
    for row in range(kinds.size):
        if kinds[row] <= NULL:
            state[row] = MISSING
        elif (kinds[row] == STRING or kinds[row] == ESCAPED) and begins[row] < ends[row]:
            state[row] = GOOD
        else:
            state[row] = BAD


@kernel
def check_countries(buf: Any, begins: Any, ends: Any, state: Any) -> None:
    """Leave only codes of a capital letter and a capital letter or digit; others need a closer look."""
    for row in range(begins.size):
        if state[row] == GOOD:
            first = buf[begins[row]]
            last = buf[ends[row] - 1]
            good = ends[row] - begins[row] == 2 and 65 <= first <= 90
            if not (good and (65 <= last <= 90 or 48 <= last <= 57)):
                state[row] = BAD


@kernel
def _gather(buf: Any, rows: Any, state: Any, begins: Any, ends: Any, out: Any, offsets: Any) -> None:
    place = 0
    offsets[0] = 0
    for k in range(rows.size):
        row = rows[k]
        if state[row] == GOOD:
            for i in range(begins[row], ends[row]):
                out[np.uint64(place)] = at(buf, i)
                place += 1
        offsets[k + 1] = place


def string_column(buf: Any, rows: Any, kinds: Any, begins: Any, ends: Any, state: Any) -> pa.Array:
    """Copy the strings of the chosen rows into an Arrow column, undoing JSON escapes where there are any."""
    here = state[rows] == GOOD
    room = int((ends[rows] - begins[rows])[here].sum())
    data = np.empty(room, dtype=np.uint8)
    offsets = np.empty(rows.size + 1, dtype=np.int32)
    _gather(buf, rows, state, begins, ends, data, offsets)
    column = pa.StringArray.from_buffers(
        rows.size, pa.py_buffer(offsets), pa.py_buffer(data), _validity(here), int((~here).sum())
    )
    escaped = np.flatnonzero(here & (kinds[rows] == ESCAPED))
    if escaped.size == 0:
        return column
    values = column.to_pylist()
    for k in escaped.tolist():
        row = rows[k]
        values[k] = orjson.loads(b'"' + buf[begins[row] : ends[row]].tobytes() + b'"')
    return pa.array(values, pa.string())


def _validity(here: Any) -> pa.Buffer | None:
    if here.all():
        return None
    return pa.py_buffer(np.packbits(here, bitorder="little"))
