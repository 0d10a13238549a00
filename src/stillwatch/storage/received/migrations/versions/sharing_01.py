"""The first form: what was received, how far collections were read, what was met here, what was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "sharing_01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "received_indicators",
        sa.Column("indicator_id", sa.String(80), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("techniques", sa.Text, nullable=False),
        sa.Column("accounts", sa.String(16), nullable=False),
        sa.Column("first_week", sa.String(10), nullable=False),
        sa.Column("last_week", sa.String(10), nullable=False),
        sa.Column("detectors", sa.Text, nullable=False),
        sa.Column("confidence", sa.Integer, nullable=False),
        sa.Column("marking", sa.String(16), nullable=False),
        sa.Column("valid_until", sa.String(10), nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("hub", sa.String(120), nullable=False),
        sa.Column("reporter", sa.String(120), nullable=False),
        sa.Column("signature", sa.String(16), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("first_received", sa.String(40), nullable=False),
        sa.Column("last_received", sa.String(40), nullable=False),
        sa.Column("revoked_at", sa.String(40)),
        sa.Column("acknowledged_at", sa.String(40)),
    )
    op.create_index("ix_received_indicators_kind", "received_indicators", ["kind"])
    op.create_index("ix_received_indicators_valid_until", "received_indicators", ["valid_until"])
    op.create_index("ix_received_indicators_reporter", "received_indicators", ["reporter"])
    op.create_table(
        "received_sightings",
        sa.Column("sighting_id", sa.String(80), primary_key=True),
        sa.Column("indicator_id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("week", sa.String(10), nullable=False),
        sa.Column("accounts", sa.String(16)),
        sa.Column("marking", sa.String(16), nullable=False),
        sa.Column("hub", sa.String(120), nullable=False),
        sa.Column("reporter", sa.String(120), nullable=False),
        sa.Column("signature", sa.String(16), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("first_received", sa.String(40), nullable=False),
        sa.Column("last_received", sa.String(40), nullable=False),
        sa.Column("revoked_at", sa.String(40)),
    )
    op.create_index("ix_received_sightings_indicator_id", "received_sightings", ["indicator_id"])
    op.create_index("ix_received_sightings_reporter", "received_sightings", ["reporter"])
    op.create_table(
        "cursors",
        sa.Column("hub", sa.String(120), primary_key=True),
        sa.Column("collection", sa.String(120), primary_key=True),
        sa.Column("added_after", sa.String(40), nullable=False),
        sa.Column("read_at", sa.String(40), nullable=False),
    )
    op.create_table(
        "matches",
        sa.Column("indicator_id", sa.String(80), primary_key=True),
        sa.Column("pivot", sa.String(16), primary_key=True),
        sa.Column("value", sa.String(300), primary_key=True),
        sa.Column("first_ts", sa.String(40), nullable=False),
        sa.Column("last_ts", sa.String(40), nullable=False),
        sa.Column("exchanges", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "refused_objects",
        sa.Column("hub", sa.String(120), primary_key=True),
        sa.Column("object_id", sa.String(120), primary_key=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("received", sa.String(40), nullable=False),
    )
    op.create_table(
        "shipments",
        sa.Column("item_id", sa.String(120), primary_key=True),
        sa.Column("hub", sa.String(120), primary_key=True),
        sa.Column("collection", sa.String(120), nullable=False),
        sa.Column("own_id", sa.String(80), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("hub_id", sa.String(80)),
        sa.Column("status_id", sa.String(80)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("queued_at", sa.String(40), nullable=False),
        sa.Column("settled_at", sa.String(40)),
    )
    op.create_index("ix_shipments_own_id", "shipments", ["own_id"])
    op.create_index("ix_shipments_state", "shipments", ["state"])
    op.create_index("ix_shipments_hub_id", "shipments", ["hub_id"])
    op.create_table(
        "notifications",
        sa.Column("notification_id", sa.String(80), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("stix", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("approval_id", sa.String(80)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("asked_at", sa.String(40), nullable=False),
    )
    op.create_index("ix_notifications_state", "notifications", ["state"])
    op.create_table(
        "notification_trail",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("notification_id", sa.String(80), nullable=False),
        sa.Column("ts", sa.String(40), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("ix_notification_trail_notification_id", "notification_trail", ["notification_id"])
    op.create_table(
        "government_requests",
        sa.Column("request_id", sa.String(80), primary_key=True),
        sa.Column("agency", sa.String(200), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("received_at", sa.String(40), nullable=False),
        sa.Column("due", sa.String(10)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("entered_by", sa.String(120), nullable=False),
        sa.Column("settled_at", sa.String(40)),
        sa.Column("settled_by", sa.String(120)),
        sa.Column("answer", sa.Text, nullable=False),
    )
    op.create_index("ix_government_requests_state", "government_requests", ["state"])
