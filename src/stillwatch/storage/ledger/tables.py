"""The ledger's tables, which stand beside those of the family whose acts it records."""

from __future__ import annotations

import dataclasses
from typing import Any

import sqlalchemy as sa


@dataclasses.dataclass(frozen=True, slots=True)
class LedgerTables:
    """The four tables of a ledger.

    Attributes:
        entries: a row a leaf: its index, what it is about (to find it by), and its bytes as they are hashed.
        nodes: hashes of complete subtrees from ``tree.LOWEST_KEPT`` levels up, by level and place.
        heads: the last signed head of each hour and key.
        state: one row: the log's id, its size, the right edge of its tree, its last time and its key.
    """

    entries: sa.Table
    nodes: sa.Table
    heads: sa.Table
    state: sa.Table


def ledger_tables(metadata: sa.MetaData) -> LedgerTables:
    """The tables on a family's metadata; made there at the first call."""
    if "ledger_state" not in metadata.tables:
        for name, columns in _columns().items():
            sa.Table(name, metadata, *columns)
    found = metadata.tables
    return LedgerTables(
        found["ledger_entries"], found["ledger_nodes"], found["ledger_heads"], found["ledger_state"]
    )


def _columns() -> dict[str, tuple[Any, ...]]:
    return {
        "ledger_entries": (
            sa.Column("idx", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("subject", sa.Text, nullable=False, index=True),
            sa.Column("leaf", sa.LargeBinary, nullable=False),
        ),
        "ledger_nodes": (
            sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("hash", sa.LargeBinary, nullable=False),
        ),
        "ledger_heads": (
            sa.Column("hour", sa.Text, primary_key=True),
            sa.Column("key_id", sa.Text, primary_key=True),
            sa.Column("size", sa.BigInteger, nullable=False),
            sa.Column("root", sa.LargeBinary, nullable=False),
            sa.Column("ts", sa.Text, nullable=False),
            sa.Column("signature", sa.LargeBinary, nullable=False),
        ),
        "ledger_state": (
            sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("log_id", sa.Text, nullable=False),
            sa.Column("size", sa.BigInteger, nullable=False),
            sa.Column("edge", sa.LargeBinary, nullable=False),
            sa.Column("ts", sa.Text, nullable=False),
            sa.Column("public_key", sa.Text, nullable=False),
        ),
    }
