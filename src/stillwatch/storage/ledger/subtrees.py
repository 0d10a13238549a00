"""Hashes of complete subtrees from the tables: kept ones are looked up, small ones hashed from their leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from stillwatch.storage.ledger.tree import LOWEST_KEPT, Edge, leaf_hash

if TYPE_CHECKING:
    from stillwatch.storage.ledger.tables import LedgerTables


class Subtrees:
    """Answers by level and place, within one reading transaction.

    Raises:
        ValueError: a row that should be there is not.
    """

    def __init__(self, connection: Connection, tables: LedgerTables) -> None:
        self._connection = connection
        self._tables = tables

    def __call__(self, level: int, place: int) -> bytes:
        """The hash of one complete subtree."""
        if level >= LOWEST_KEPT:
            nodes = self._tables.nodes
            found = self._connection.scalar(
                select(nodes.c.hash).where(nodes.c.level == level, nodes.c.place == place)
            )
            if found is None:
                raise ValueError("a node is missing")
            return bytes(found)
        return self._from_leaves(place << level, (place + 1) << level)

    def _from_leaves(self, start: int, stop: int) -> bytes:
        table = self._tables.entries
        rows = self._connection.execute(
            select(table.c.leaf).where(table.c.idx >= start, table.c.idx < stop).order_by(table.c.idx)
        ).all()
        if len(rows) != stop - start:
            raise ValueError("an entry is missing")
        edge = Edge()
        for (leaf,) in rows:
            edge.add(leaf_hash(bytes(leaf)))
        return edge.root()
