"""Very many rows at once, for both kinds of database: values as one parameter, rows straight to the driver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import Column, ColumnElement, Connection


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
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(names))
    if compiled.positional:
        places = [list(names).index(name) for name in compiled.positiontup]
        ready: Any = (
            rows if places == list(range(len(names))) else [tuple(row[k] for k in places) for row in rows]
        )
    else:
        ready = [dict(zip(names, row, strict=True)) for row in rows]
    connection.exec_driver_sql(str(compiled), ready)
