"""Tables of what members sent and of what the hub gives out.

A submission is one request, kept as it came with what proves who sent it. An object is one version of one STIX object
in one collection, as the hub rewrote it.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from stillwatch.hub.tables.metadata import METADATA, Big

SUBMISSIONS: Final = sa.Table(
    "hub_submissions",
    METADATA,
    sa.Column("number", Big, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("member", Big, sa.ForeignKey("hub_members.number"), nullable=False),
    sa.Column("collection", sa.SmallInteger, nullable=False),
    sa.Column("received", Big, nullable=False),
    sa.Column("sent", sa.Integer, nullable=False),
    sa.Column("stored", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary),
    sa.Column("status", sa.LargeBinary, nullable=False),
    sa.Column("proof", sa.Text, nullable=False),
    sa.Column("key_id", sa.Text),
    sa.Column("signed_base", sa.LargeBinary),
    sa.Column("signature", sa.LargeBinary),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("entry", Big, nullable=False),
    sa.Index("hub_submissions_of_member", "member", "received"),
)

OF_THE_HUB: Final = 0
"""Stands for the submission of an object that none brought: what the hub put beside others (``intake.beside``)."""

OBJECTS: Final = sa.Table(
    "hub_objects",
    METADATA,
    sa.Column("added", Big, primary_key=True, autoincrement=False),
    sa.Column("collection", sa.SmallInteger, nullable=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("created", sa.Text, nullable=False),
    sa.Column("revoked", sa.Boolean, nullable=False),
    sa.Column("first", sa.Boolean, nullable=False),
    sa.Column("latest", sa.Boolean, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("member", Big, sa.ForeignKey("hub_members.number"), nullable=False),
    sa.Column("submission", Big, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("sent_id", sa.Text, nullable=False),
    sa.Column("sent_version", sa.Text, nullable=False),
    sa.Column("sent_digest", sa.LargeBinary, nullable=False),
    sa.Column("id_key", Big, nullable=False, server_default="0"),
    sa.Column("sent_key", Big, nullable=False, server_default="0"),
    sa.Index("hub_objects_by_id_key", "id_key"),
    sa.Index("hub_objects_by_sent_key", "sent_key"),
    sa.Index("hub_objects_by_time", "collection", "added"),
    sa.Index(
        "hub_objects_latest",
        "collection",
        "added",
        sqlite_where=sa.text("latest = 1"),
        postgresql_where=sa.text("latest"),
    ),
    sa.Index(
        "hub_objects_revoked",
        "added",
        sqlite_where=sa.text("revoked = 1"),
        postgresql_where=sa.text("revoked"),
    ),
)
"""``added`` is the time of arrival in microseconds since 1970 and the row's key at once: no two objects share one.

``id_key`` and ``sent_key`` follow from the ids and are what objects are found by (see ``hub.lookup``).
"""

NONCES: Final = sa.Table(
    "hub_nonces",
    METADATA,
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("nonce", sa.Text, primary_key=True),
    sa.Column("created", Big, nullable=False),
)

BUDGETS: Final = sa.Table(
    "hub_budgets",
    METADATA,
    sa.Column("member", Big, sa.ForeignKey("hub_members.number"), primary_key=True, autoincrement=False),
    sa.Column("week", sa.Text, nullable=False),
    sa.Column("bits", Big, nullable=False),
)
"""What each member has sent in its last week, in residual bits (see ``sharing.gate.capacity``)."""

ACKNOWLEDGEMENTS: Final = sa.Table(
    "hub_acknowledgements",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("member", Big, sa.ForeignKey("hub_members.number"), primary_key=True),
    sa.Column("acknowledged", sa.Text, nullable=False),
)
"""Who has said that it knows of a retraction."""
