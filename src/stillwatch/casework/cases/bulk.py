"""Very many rows at once, for both kinds of database: values as one parameter, rows straight to the driver."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import Column, ColumnElement, Connection, Dialect


def any_of(connection: Connection, column: Column[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """That a column of text is one of these, however many they are: SQL's own list has a limit and is slow to build."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import ARRAY

        return column == sa.any_(sa.literal(list(values), ARRAY(sa.Text)))
    each = sa.func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
    return column.in_(sa.select(each.c.value))


def execute_many(
    connection: Connection, statement: Any, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Execute a statement for each row.

    Args:
        connection: of a writing transaction.
        statement: an insert, or an update with bound parameters of these names.
        names: of the values in a row.
        rows: values that the driver takes as they are.
    """
    if not rows:
        return
    sql, places = _compiled(statement, connection.dialect, tuple(names))
    ready: Any
    if places is None:
        ready = [dict(zip(names, row, strict=True)) for row in rows]
    else:
        ready = [tuple(row[place] for place in places) for row in rows]
    connection.exec_driver_sql(sql, ready)


@functools.lru_cache(maxsize=32)
def _compiled(statement: Any, dialect: Dialect, names: tuple[str, ...]) -> tuple[str, tuple[int, ...] | None]:
    """The SQL, and where each of its values stands in a row; None where values go by name."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    places = tuple(names.index(name) for name in compiled.positiontup) if compiled.positional else None
    return str(compiled), places
