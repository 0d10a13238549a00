"""The ledger, people and approvals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stillwatch.storage.ledger.migration import create_ledger

revision = "people_01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    create_ledger()
    op.create_table(
        "people",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
    )
    op.create_table(
        "people_tokens",
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), sa.ForeignKey("people.name"), nullable=False, index=True),
        sa.Column("session", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=True),
    )
    op.create_table(
        "approvals",
        sa.Column("approval_id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, index=True),
        sa.Column("payload_digest", sa.Text(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("lapses", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, index=True),
    )
    op.create_table(
        "approval_answers",
        sa.Column("approval_id", sa.Text(), sa.ForeignKey("approvals.approval_id"), primary_key=True),
        sa.Column("by", sa.Text(), primary_key=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
    )
    op.create_table(
        "people_logins",
        sa.Column("state", sa.Text(), primary_key=True),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=False),
    )
