"""The tables as they stand in a database, whatever version they are of: what backups are made of and proven against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, Table, text

if TYPE_CHECKING:
    from stillwatch.storage.sql.family import Family


def standing_tables(connection: Connection, family: Family) -> tuple[frozenset[str], tuple[Table, ...]]:
    """The revisions a database is at, and its tables in an order in which they can be filled.

    The table that keeps the revisions is not among them.
    """
    metadata = MetaData()
    metadata.reflect(connection)
    rows = connection.execute(text(f"SELECT version_num FROM {family.version_table}"))
    revisions = frozenset(str(row[0]) for row in rows)
    tables = tuple(table for table in metadata.sorted_tables if table.name != family.version_table)
    return revisions, tables
