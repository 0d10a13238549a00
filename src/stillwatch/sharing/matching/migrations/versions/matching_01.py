"""Tokens by epoch, epochs as they were first seen, and the last list of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "matching_01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "tokens",
        sa.Column("epoch", sa.Text(), primary_key=True),
        sa.Column("item", sa.LargeBinary(), primary_key=True),
        sa.Column("token", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "pinned_epochs",
        sa.Column("signer", sa.Text(), primary_key=True),
        sa.Column("epoch", sa.Text(), primary_key=True),
        sa.Column("public_key", sa.Text(), nullable=False),
    )
    op.create_table(
        "epoch_lists",
        sa.Column("signer", sa.Text(), primary_key=True),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
