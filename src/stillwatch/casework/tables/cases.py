"""Cases, what they consist of, and what was done about them."""

from __future__ import annotations

import sqlalchemy as sa

from stillwatch.casework.tables.metadata import METADATA

WAITING = "cases.state IN ('open', 'claimed')"
"""Cases that wait for a decision, in the very words of the indexes below: only then are they used."""
_WAITING = sa.text("state IN ('open', 'claimed')")

cases = sa.Table(
    "cases",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("score", sa.Double, nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),  # 0 is the most urgent
    sa.Column("leak_rate", sa.Double, nullable=False),
    sa.Column("accounts", sa.Integer, nullable=False),
    sa.Column("exchanges", sa.BigInteger, nullable=False),
    sa.Column("leaked", sa.BigInteger, nullable=False),
    sa.Column("first_ts", sa.Text, nullable=False),
    sa.Column("last_ts", sa.Text, nullable=False),
    sa.Column("first_alarm_ts", sa.Text, nullable=True),
    sa.Column("campaigns", sa.Text, nullable=False),  # JSON, the latest first
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("opened_ts", sa.Text, nullable=False),
    sa.Column("changed_ts", sa.Text, nullable=False),
    sa.Column("seen_ts", sa.Text, nullable=False),
    sa.Column("due_ts", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=True),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("decided_ts", sa.Text, nullable=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("spared", sa.Text, nullable=False),  # JSON
    sa.Column("merged_into", sa.Integer, nullable=True),
    sa.Column("split_from", sa.Integer, nullable=True),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Index(
        "ix_cases_queue",
        "priority",
        sa.text("leak_rate DESC"),
        "number",
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
    sa.Index("ix_cases_due", "due_ts", "number", sqlite_where=_WAITING, postgresql_where=_WAITING),
)

accounts = sa.Table(
    "case_accounts",
    METADATA,
    sa.Column("number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True),
    sa.Column("account_id", sa.Text, primary_key=True, index=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("exchanges", sa.BigInteger, nullable=False),
    sa.Column("campaign_exchanges", sa.BigInteger, nullable=False),
    sa.Column("first_alarm_ts", sa.Text, nullable=True),
    sa.Column("present", sa.Boolean, nullable=False),
    sa.Column("covered", sa.Boolean, nullable=False),
)

campaigns = sa.Table(
    "case_campaigns",
    METADATA,
    sa.Column("campaign_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True, index=True),
)

steps = sa.Table(
    "case_steps",
    METADATA,
    sa.Column("step_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False, index=True),
    sa.Column("ts", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

tasks = sa.Table(
    "case_tasks",
    METADATA,
    sa.Column("task_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False, index=True),
    sa.Column("ts", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("assignee", sa.Text, nullable=False),
    sa.Column("due_ts", sa.Text, nullable=True),
    sa.Column("done_ts", sa.Text, nullable=True),
    sa.Column("done_by", sa.Text, nullable=False),
)

marks = sa.Table(
    "case_marks",
    METADATA,
    sa.Column("number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),  # a kind of pivot, or detector
    sa.Column("value", sa.Text, primary_key=True),
    sa.Index("ix_case_marks_value", "kind", "value"),
)
