"""Cases, the evidence they rest on, and orders to keep their text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "cases_01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _cases()
    _belongings()
    _evidence()
    _retention()


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("leak_rate", sa.Double(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("exchanges", sa.BigInteger(), nullable=False),
        sa.Column("leaked", sa.BigInteger(), nullable=False),
        sa.Column("first_ts", sa.Text(), nullable=False),
        sa.Column("last_ts", sa.Text(), nullable=False),
        sa.Column("first_alarm_ts", sa.Text(), nullable=True),
        sa.Column("campaigns", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("opened_ts", sa.Text(), nullable=False),
        sa.Column("changed_ts", sa.Text(), nullable=False),
        sa.Column("seen_ts", sa.Text(), nullable=False),
        sa.Column("due_ts", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_ts", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("spared", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("split_from", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
    )
    waiting = sa.text("state IN ('open', 'claimed')")
    op.create_index(
        "ix_cases_queue",
        "cases",
        ["priority", sa.text("leak_rate DESC"), "number"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index(
        "ix_cases_due", "cases", ["due_ts", "number"], sqlite_where=waiting, postgresql_where=waiting
    )


def _belongings() -> None:
    op.create_table(
        "case_accounts",
        sa.Column("number", sa.Integer(), sa.ForeignKey("cases.number"), primary_key=True),
        sa.Column("account_id", sa.Text(), primary_key=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("exchanges", sa.BigInteger(), nullable=False),
        sa.Column("campaign_exchanges", sa.BigInteger(), nullable=False),
        sa.Column("first_alarm_ts", sa.Text(), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("covered", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_case_accounts_account_id", "case_accounts", ["account_id"])
    op.create_table(
        "case_campaigns",
        sa.Column("campaign_id", sa.Text(), primary_key=True),
        sa.Column("number", sa.Integer(), sa.ForeignKey("cases.number"), primary_key=True),
    )
    op.create_index("ix_case_campaigns_number", "case_campaigns", ["number"])
    op.create_table(
        "case_steps",
        sa.Column("step_id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("number", sa.Integer(), sa.ForeignKey("cases.number"), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_case_steps_number", "case_steps", ["number"])
    op.create_table(
        "case_tasks",
        sa.Column("task_id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("number", sa.Integer(), sa.ForeignKey("cases.number"), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("due_ts", sa.Text(), nullable=True),
        sa.Column("done_ts", sa.Text(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=False),
    )
    op.create_index("ix_case_tasks_number", "case_tasks", ["number"])
    op.create_table(
        "case_marks",
        sa.Column("number", sa.Integer(), sa.ForeignKey("cases.number"), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), primary_key=True),
    )
    op.create_index("ix_case_marks_value", "case_marks", ["kind", "value"])


def _evidence() -> None:
    op.create_table(
        "evidence_contents",
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "case_snapshots",
        sa.Column("number", sa.Integer(), sa.ForeignKey("cases.number"), primary_key=True),
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("taken_ts", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_case_snapshots_digest", "case_snapshots", ["digest"])
    op.create_index("ix_case_snapshots_site", "case_snapshots", ["site"])


def _retention() -> None:
    op.create_table(
        "retention_orders",
        sa.Column("order_id", sa.Text(), primary_key=True),
        sa.Column("number", sa.Integer(), sa.ForeignKey("cases.number"), nullable=False),
        sa.Column("approval_id", sa.Text(), nullable=False),
        sa.Column("payload_digest", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_ts", sa.Text(), nullable=False),
        sa.Column("kept_ts", sa.Text(), nullable=True),
        sa.Column("until_ts", sa.Text(), nullable=True),
        sa.Column("shredded_ts", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
    )
    op.create_index("ix_retention_orders_number", "retention_orders", ["number"])
