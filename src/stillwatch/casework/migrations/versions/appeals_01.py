"""Appeals, statements of reasons, orders to enforcement with their confirmations, labels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "appeals_01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _appeals()
    _orders()
    op.create_table(
        "labels",
        sa.Column("account_id", sa.Text(), primary_key=True),
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("labelled_ts", sa.Text(), nullable=False),
    )


def _appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("appeal_id", sa.Text(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False, index=True),
        sa.Column("case_id", sa.Text(), nullable=False, index=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("received_ts", sa.Text(), nullable=False),
        sa.Column("due_ts", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("escalated_ts", sa.Text()),
        sa.Column("escalated_by", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("reach", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_ts", sa.Text()),
        sa.Column("earlier", sa.Integer(), nullable=False),
    )
    op.create_index("appeals_by_due", "appeals", ["state", "due_ts"])
    op.create_table(
        "appeal_tokens",
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("appeal_id", sa.Text(), nullable=False, index=True),
        sa.Column("made_ts", sa.Text(), nullable=False),
    )
    op.create_table(
        "appeal_keys",
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("appeal_id", sa.Text(), nullable=False),
    )
    op.create_table(
        "statements",
        sa.Column("statement_id", sa.Text(), primary_key=True),
        sa.Column("account_id", sa.Text(), nullable=False, index=True),
        sa.Column("appeal_id", sa.Text(), nullable=False, index=True),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("issued_ts", sa.Text(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("order_id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False, index=True),
        sa.Column("appeal_id", sa.Text(), nullable=False, index=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approval_id", sa.Text(), nullable=False),
        sa.Column("reach", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("ordered_ts", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, index=True),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("decisions_version", sa.Integer(), nullable=False),
        sa.Column("done_ts", sa.Text()),
        sa.Column("trouble", sa.Text(), nullable=False),
    )
    op.create_table(
        "order_effects",
        sa.Column("order_id", sa.Text(), primary_key=True),
        sa.Column("decision_id", sa.Text(), primary_key=True),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
    )
    op.create_table(
        "confirmations",
        sa.Column("order_id", sa.Text(), primary_key=True),
        sa.Column("gateway", sa.Text(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("confirmed_ts", sa.Text()),
    )
    op.create_table(
        "known_gateways",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("seen_ts", sa.Text(), nullable=False),
    )
