"""Where a member or a hub keeps what counsel has to see: the queue, approvals, confirmations, and their ledger."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from stillwatch.storage.ledger import ledger_tables
from stillwatch.storage.sql import Family

METADATA: Final = sa.MetaData()
ledger_tables(METADATA)

QUEUE: Final = sa.Table(
    "gate_queue",
    METADATA,
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("marking", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("put_by", sa.Text, nullable=False),
    sa.Column("put_at", sa.Text, nullable=False),
    sa.Column("released_at", sa.Text, nullable=True),
)
APPROVALS: Final = sa.Table(
    "gate_approvals",
    METADATA,
    sa.Column("item_id", sa.Text, sa.ForeignKey("gate_queue.item_id"), primary_key=True),
    sa.Column("by", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)
CONFIRMATIONS: Final = sa.Table(
    "gate_confirmations",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("until", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)

GATE: Final = Family("gate", METADATA, "stillwatch.sharing.gate.migrations")
"""Everything the gate keeps in its database."""
