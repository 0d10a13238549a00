"""Attribution: committed plans, suspect models and their versions, results, publications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "attribution_01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "attribution_plans",
        sa.Column("plan_id", sa.Text(), primary_key=True),
        sa.Column("digest", sa.Text(), nullable=False, index=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("committed", sa.Text(), nullable=False),
        sa.Column("committed_by", sa.Text(), nullable=False),
    )
    op.create_table(
        "attribution_suspects",
        sa.Column("suspect_id", sa.Text(), primary_key=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("key_env", sa.Text(), nullable=False),
        sa.Column("owner_claimed", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("retest_days", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("retired", sa.Text(), nullable=True),
        sa.UniqueConstraint("url", "model"),
    )
    op.create_table(
        "attribution_versions",
        sa.Column(
            "suspect_id", sa.Text(), sa.ForeignKey("attribution_suspects.suspect_id"), primary_key=True
        ),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
    )
    op.create_table(
        "attribution_results",
        sa.Column("plan_id", sa.Text(), sa.ForeignKey("attribution_plans.plan_id"), primary_key=True),
        sa.Column("findings", sa.Text(), primary_key=True),
        sa.Column("suspect_id", sa.Text(), nullable=True, index=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("judged", sa.Text(), nullable=False),
        sa.Column("judged_by", sa.Text(), nullable=False),
    )
    op.create_table(
        "attribution_publications",
        sa.Column("publication_id", sa.Text(), primary_key=True),
        sa.Column("plan_id", sa.Text(), nullable=False, index=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("notified", sa.Text(), nullable=True),
        sa.Column("notified_how", sa.Text(), nullable=False),
        sa.Column("notified_by", sa.Text(), nullable=False),
        sa.Column("waits_until", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("reply_received", sa.Text(), nullable=True),
        sa.Column("approval_id", sa.Text(), nullable=False),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("withdrawn", sa.Text(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=False),
    )
