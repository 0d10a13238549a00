"""The outbox: what was released to leave the lab."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "outbox_01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "outbox",
        sa.Column("item_id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("indicator_id", sa.Text(), nullable=False, index=True),
        sa.Column("case_id", sa.Text(), nullable=False, index=True),
        sa.Column("cause", sa.Text(), nullable=False, index=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("queued_ts", sa.Text(), nullable=False),
        sa.Column("queued_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, index=True),
        sa.Column("changed_ts", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("hub_id", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
    )
