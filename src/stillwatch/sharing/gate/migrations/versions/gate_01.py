"""The counsel queue, its approvals, confirmations of legal bases, and the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stillwatch.storage.ledger.migration import create_ledger

revision = "gate_01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    create_ledger()
    op.create_table(
        "gate_queue",
        sa.Column("item_id", sa.Text(), primary_key=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("marking", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("put_by", sa.Text(), nullable=False),
        sa.Column("put_at", sa.Text(), nullable=False),
        sa.Column("released_at", sa.Text(), nullable=True),
    )
    op.create_index("ix_gate_queue_state", "gate_queue", ["state"])
    op.create_table(
        "gate_approvals",
        sa.Column("item_id", sa.Text(), sa.ForeignKey("gate_queue.item_id"), primary_key=True),
        sa.Column("by", sa.Text(), primary_key=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
    )
    op.create_table(
        "gate_confirmations",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
    )
