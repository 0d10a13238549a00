"""What attribution keeps: committed plans, the register of suspect models, and what was published about whom."""

from __future__ import annotations

import sqlalchemy as sa

from stillwatch.casework.tables.metadata import METADATA

plans = sa.Table(
    "attribution_plans",
    METADATA,
    sa.Column("plan_id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, index=True),  # SHA-256 of the body, as the ledger has it
    sa.Column("body", sa.LargeBinary, nullable=False),  # the plan's one form in bytes
    sa.Column("committed", sa.Text, nullable=False),
    sa.Column("committed_by", sa.Text, nullable=False),
)

suspects = sa.Table(
    "attribution_suspects",
    METADATA,
    sa.Column("suspect_id", sa.Text, primary_key=True),  # sus-…, sorts by time
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("dialect", sa.Text, nullable=False),
    sa.Column("key_env", sa.Text, nullable=False),  # where the key lies, never the key
    sa.Column("owner_claimed", sa.Text, nullable=False),
    sa.Column("claimed_by", sa.Text, nullable=False),  # who says so: a page, a document, a case
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("retest_days", sa.Integer, nullable=False),
    sa.Column("first_seen", sa.Text, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("retired", sa.Text, nullable=True),
    sa.UniqueConstraint("url", "model"),
)

versions = sa.Table(
    "attribution_versions",
    METADATA,
    sa.Column("suspect_id", sa.Text, sa.ForeignKey("attribution_suspects.suspect_id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),  # from 1
    sa.Column("label", sa.Text, nullable=False),  # what it calls itself, or what somebody says it is
    sa.Column("how", sa.Text, nullable=False),  # by what it was noticed
    sa.Column("seen", sa.Text, nullable=False),
)

attributions = sa.Table(
    "attribution_results",
    METADATA,
    sa.Column("plan_id", sa.Text, sa.ForeignKey("attribution_plans.plan_id"), primary_key=True),
    sa.Column("findings", sa.Text, primary_key=True),  # SHA-256 of findings.json
    sa.Column("suspect_id", sa.Text, nullable=True, index=True),
    sa.Column("version", sa.Integer, nullable=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("judged", sa.Text, nullable=False),
    sa.Column("judged_by", sa.Text, nullable=False),
)

publications = sa.Table(
    "attribution_publications",
    METADATA,
    sa.Column("publication_id", sa.Text, primary_key=True),  # pub-…, sorts by time
    sa.Column("plan_id", sa.Text, nullable=False, index=True),
    sa.Column("findings", sa.Text, nullable=False),  # SHA-256 of findings.json
    sa.Column("body", sa.LargeBinary, nullable=False),  # findings.json itself
    sa.Column("party", sa.Text, nullable=False),  # who is named
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("asked", sa.Text, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("notified", sa.Text, nullable=True),  # when the party was told
    sa.Column("notified_how", sa.Text, nullable=False),
    sa.Column("notified_by", sa.Text, nullable=False),
    sa.Column("waits_until", sa.Text, nullable=True),
    sa.Column("reply", sa.Text, nullable=False),  # their answer, printed as it is
    sa.Column("reply_received", sa.Text, nullable=True),
    sa.Column("approval_id", sa.Text, nullable=False),
    sa.Column("published", sa.Text, nullable=True),
    sa.Column("withdrawn", sa.Text, nullable=True),
    sa.Column("withdrawn_why", sa.Text, nullable=False),
)
