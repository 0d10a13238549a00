"""The tables of a member's side of sharing: what was received, how far each collection was read, what was sent."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

INDICATORS: Final = sa.Table(
    "received_indicators",
    METADATA,
    sa.Column("indicator_id", sa.String(80), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False, index=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("techniques", sa.Text, nullable=False),
    sa.Column("accounts", sa.String(16), nullable=False),
    sa.Column("first_week", sa.String(10), nullable=False),
    sa.Column("last_week", sa.String(10), nullable=False),
    sa.Column("detectors", sa.Text, nullable=False),
    sa.Column("confidence", sa.Integer, nullable=False),
    sa.Column("marking", sa.String(16), nullable=False),
    sa.Column("valid_until", sa.String(10), nullable=False, index=True),
    sa.Column("revoked", sa.Boolean, nullable=False),
    sa.Column("weight", sa.Float, nullable=False),
    sa.Column("hub", sa.String(120), nullable=False),
    sa.Column("reporter", sa.String(120), nullable=False, index=True),
    sa.Column("signature", sa.String(16), nullable=False),
    sa.Column("version", sa.String(40), nullable=False),
    sa.Column("first_received", sa.String(40), nullable=False),
    sa.Column("last_received", sa.String(40), nullable=False),
    sa.Column("revoked_at", sa.String(40)),
    sa.Column("acknowledged_at", sa.String(40)),
)

SIGHTINGS: Final = sa.Table(
    "received_sightings",
    METADATA,
    sa.Column("sighting_id", sa.String(80), primary_key=True),
    sa.Column("indicator_id", sa.String(80), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("week", sa.String(10), nullable=False),
    sa.Column("accounts", sa.String(16)),
    sa.Column("marking", sa.String(16), nullable=False),
    sa.Column("hub", sa.String(120), nullable=False),
    sa.Column("reporter", sa.String(120), nullable=False, index=True),
    sa.Column("signature", sa.String(16), nullable=False),
    sa.Column("version", sa.String(40), nullable=False),
    sa.Column("first_received", sa.String(40), nullable=False),
    sa.Column("last_received", sa.String(40), nullable=False),
    sa.Column("revoked_at", sa.String(40)),
)

ADVISORIES: Final = sa.Table(
    "received_advisories",
    METADATA,
    sa.Column("advisory_id", sa.String(80), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("techniques", sa.Text, nullable=False),
    sa.Column("accounts", sa.String(16), nullable=False),
    sa.Column("first_week", sa.String(10), nullable=False),
    sa.Column("last_week", sa.String(10), nullable=False),
    sa.Column("marking", sa.String(16), nullable=False),
    sa.Column("hub", sa.String(120), nullable=False),
    sa.Column("reporter", sa.String(120), nullable=False),
    sa.Column("signature", sa.String(16), nullable=False),
    sa.Column("version", sa.String(40), nullable=False),
    sa.Column("first_received", sa.String(40), nullable=False),
    sa.Column("last_received", sa.String(40), nullable=False),
    sa.Column("revoked_at", sa.String(40)),
)

CURSORS: Final = sa.Table(
    "cursors",
    METADATA,
    sa.Column("hub", sa.String(120), primary_key=True),
    sa.Column("collection", sa.String(120), primary_key=True),
    sa.Column("added_after", sa.String(40), nullable=False),
    sa.Column("read_at", sa.String(40), nullable=False),
)

MATCHES: Final = sa.Table(
    "matches",
    METADATA,
    sa.Column("indicator_id", sa.String(80), primary_key=True),
    sa.Column("pivot", sa.String(16), primary_key=True),
    sa.Column("value", sa.String(300), primary_key=True),
    sa.Column("first_ts", sa.String(40), nullable=False),
    sa.Column("last_ts", sa.String(40), nullable=False),
    sa.Column("exchanges", sa.BigInteger, nullable=False),
)

REFUSED: Final = sa.Table(
    "refused_objects",
    METADATA,
    sa.Column("hub", sa.String(120), primary_key=True),
    sa.Column("object_id", sa.String(120), primary_key=True),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("received", sa.String(40), nullable=False),
)

SHIPMENTS: Final = sa.Table(
    "shipments",
    METADATA,
    sa.Column("item_id", sa.String(120), primary_key=True),
    sa.Column("hub", sa.String(120), primary_key=True),
    sa.Column("collection", sa.String(120), nullable=False),
    sa.Column("own_id", sa.String(80), nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("hub_id", sa.String(80), index=True),
    sa.Column("status_id", sa.String(80)),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("queued_at", sa.String(40), nullable=False),
    sa.Column("settled_at", sa.String(40)),
)

NOTIFICATIONS: Final = sa.Table(
    "notifications",
    METADATA,
    sa.Column("notification_id", sa.String(80), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("stix", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("approval_id", sa.String(80)),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("asked_by", sa.String(120), nullable=False),
    sa.Column("asked_at", sa.String(40), nullable=False),
)

TRAIL: Final = sa.Table(
    "notification_trail",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("notification_id", sa.String(80), nullable=False, index=True),
    sa.Column("ts", sa.String(40), nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("what", sa.String(32), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)

REQUESTS: Final = sa.Table(
    "government_requests",
    METADATA,
    sa.Column("request_id", sa.String(80), primary_key=True),
    sa.Column("agency", sa.String(200), nullable=False),
    sa.Column("reference", sa.String(200), nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("received_at", sa.String(40), nullable=False),
    sa.Column("due", sa.String(10)),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("entered_by", sa.String(120), nullable=False),
    sa.Column("settled_at", sa.String(40)),
    sa.Column("settled_by", sa.String(120)),
    sa.Column("answer", sa.Text, nullable=False),
)
