"""The same data for programs: a page as JSON, and each list of rows in it as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from stillwatch.errors import StillwatchError

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def as_json(data: Mapping[str, Any]) -> bytes:
    """A page's data."""
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def tables_in(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every list of rows in a page's data, by its key; deeper ones with dots."""
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from tables_in(value, f"{prefix}{key}.")
        elif isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
            yield f"{prefix}{key}", value


def as_csv(data: Mapping[str, Any], wanted: str) -> str:
    """One table as CSV (RFC 4180); the first one unless named. Cells that a spreadsheet would run begin with a quote.

    Raises:
        StillwatchError: SW-CON-14, there is no such table, or none has rows.
    """
    found = dict(tables_in(data))
    if not found:
        return ""
    name = wanted or next(iter(found))
    if name not in found:
        raise StillwatchError(
            f"this page has no table '{name[:60]}'", code="SW-CON-14", hint=f"it has: {', '.join(found)}"
        )
    rows = found[name]
    heads = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([_cell(row.get(head)) for head in heads] for row in rows)
    return out.getvalue()


def addresses(path: str, query: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Where a page's twins are, filters and all."""
    tail = f"?{query}" if query else ""
    tables = [
        (name, f"{path}.csv?{query + '&' if query else ''}{urlencode({'table': name})}")
        for name, _ in tables_in(data)
    ]
    return {"json": f"{path}.json{tail}", "tables": tables}


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list | tuple | Mapping):
        value = orjson.dumps(value).decode()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
