"""Members, tokens, epochs, usage and alarms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "keyservice_01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _members()
    _epochs()
    _usage()


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("member", sa.Text(), sa.ForeignKey("members.name"), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_tokens_member", "tokens", ["member"])


def _epochs() -> None:
    op.create_table(
        "epochs",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("evaluated_until", sa.BigInteger(), nullable=False),
        sa.Column("destroyed", sa.BigInteger(), nullable=True),
    )
    op.create_table(
        "epoch_list",
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
    )
    op.execute("INSERT INTO epoch_list (place, serial) VALUES (1, 0)")


def _usage() -> None:
    op.create_table(
        "usage",
        sa.Column("member", sa.Text(), sa.ForeignKey("members.name"), primary_key=True),
        sa.Column("hour", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("batches", sa.Integer(), nullable=False),
        sa.Column("full_batches", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
    )
    op.create_table(
        "paid",
        sa.Column("member", sa.Text(), primary_key=True),
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("day", sa.Integer(), nullable=False),
    )
    op.create_index("ix_paid_day", "paid", ["day"])
    op.create_table(
        "alarms",
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("pattern", sa.Text(), primary_key=True),
        sa.Column("member", sa.Text(), primary_key=True),
        sa.Column("raised", sa.BigInteger(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
    )
