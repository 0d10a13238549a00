"""Rows as text that both kinds of database give alike, and a digest of a table that no order of its rows changes."""

from __future__ import annotations

import base64
import datetime
import decimal
import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Table, select

_PAGE: Final = 2_000
_BYTES: Final = "$bytes"
_TIME: Final = "$time"
_DATE: Final = "$date"
_NUMBER: Final = "$number"
_FLOAT: Final = "$float"
_OBJECT: Final = "$object"


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Every row as one line of canonical JSON: an object by column, keys sorted, no newline at its end.

    Bytes, times and decimal numbers stand as objects of one key, such as ``{"$bytes": "…"}``.
    """
    result = connection.execute(select(table), execution_options={"yield_per": _PAGE})
    names = [str(column.name) for column in table.columns]
    for row in result:
        yield orjson.dumps(
            {name: _plain(value) for name, value in zip(names, row, strict=True)},
            option=orjson.OPT_SORT_KEYS,
        )


def row_of(line: bytes, names: frozenset[str]) -> dict[str, Any]:
    """A row from its line.

    Raises:
        ValueError: the line is no row of a table with these columns.
    """
    found = orjson.loads(line)
    if not isinstance(found, dict) or found.keys() != names:
        raise ValueError("its columns are others than the table's")
    return {name: _back(value) for name, value in found.items()}


class TableDigest:
    """A digest of a table's content: SHA-256 over the sorted SHA-256 digests of its rows.

    Attributes:
        rows: how many were added.
    """

    def __init__(self) -> None:
        self._rows: list[bytes] = []

    @property
    def rows(self) -> int:
        """Rows that were added."""
        return len(self._rows)

    def add(self, line: bytes) -> None:
        """Add a row by its line."""
        self._rows.append(hashlib.sha256(line).digest())

    def hexdigest(self) -> str:
        """The digest, 64 hexadecimal digits."""
        return hashlib.sha256(b"".join(sorted(self._rows))).hexdigest()


def digest_of(connection: Connection, table: Table) -> TableDigest:
    """The digest of a table as it is in a database."""
    digest = TableDigest()
    for line in lines_of(connection, table):
        digest.add(line)
    return digest


def _plain(value: Any) -> Any:
    """A value as JSON carries it and as both databases give it."""
    match value:
        case float() if not math.isfinite(value):
            return {_FLOAT: repr(value)}
        case float():
            return value + 0.0  # SQLite does not keep the sign of a zero
        case None | bool() | int() | str():
            return value
        case bytes() | memoryview() | bytearray():
            return {_BYTES: base64.b64encode(bytes(value)).decode()}
        case datetime.datetime():
            return {_TIME: value.isoformat()}
        case datetime.date():
            return {_DATE: value.isoformat()}
        case decimal.Decimal():
            return {_NUMBER: str(value)}
        case Mapping():
            plain = {str(name): _plain(inner) for name, inner in value.items()}
            return {_OBJECT: plain} if plain.keys() <= _MARKS and plain else plain
        case list() | tuple():
            return [_plain(inner) for inner in value]
    raise TypeError(f"a column holds a {type(value).__name__}, which a backup cannot carry")


def _back(value: Any) -> Any:
    """The value that stands behind its form in JSON."""
    if isinstance(value, list):
        return [_back(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((mark, inner),) = value.items()
        if mark == _OBJECT:
            return {name: _back(each) for name, each in inner.items()}
        if mark in _READ:
            return _READ[mark](inner)
    return {name: _back(inner) for name, inner in value.items()}


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_READ: Final[dict[str, Callable[[str], Any]]] = {
    _BYTES: _bytes,
    _TIME: datetime.datetime.fromisoformat,
    _DATE: datetime.date.fromisoformat,
    _NUMBER: decimal.Decimal,
    _FLOAT: float,
}
_MARKS: Final = frozenset((*_READ, _OBJECT))
