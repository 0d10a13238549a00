"""Orders to keep the raw text of one case for a while, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa

from stillwatch.casework.tables.metadata import METADATA

orders = sa.Table(
    "retention_orders",
    METADATA,
    sa.Column("order_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False, index=True),
    sa.Column("approval_id", sa.Text, nullable=False),
    sa.Column("payload_digest", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked_ts", sa.Text, nullable=False),
    sa.Column("kept_ts", sa.Text, nullable=True),
    sa.Column("until_ts", sa.Text, nullable=True),
    sa.Column("shredded_ts", sa.Text, nullable=True),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("files", sa.Text, nullable=False),  # JSON: name, size and BLAKE3 of each
)
