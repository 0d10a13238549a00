"""Tables of members, their keys, tokens and certificates.

Secrets are never here: of tokens there are digests, of keys and certificates the public parts.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from stillwatch.hub.tables.metadata import METADATA, Big

MEMBERS: Final = sa.Table(
    "hub_members",
    METADATA,
    sa.Column("number", Big, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("identity", sa.Text, nullable=False, unique=True),
    sa.Column("created", sa.Text, nullable=False),
    sa.Column("suspended", sa.Text),
    sa.Column("shown", sa.Boolean, nullable=False),
    sa.Column("unsigned_writes", sa.Boolean, nullable=False),
    sa.Column("requests_per_minute", sa.Integer),
    sa.Column("objects_per_day", sa.Integer),
)

KEYS: Final = sa.Table(
    "hub_keys",
    METADATA,
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("member", Big, sa.ForeignKey("hub_members.number"), nullable=False),
    sa.Column("public", sa.LargeBinary, nullable=False),
    sa.Column("created", sa.Text, nullable=False),
    sa.Column("expires", sa.Text),
)

TOKENS: Final = sa.Table(
    "hub_tokens",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("member", Big, sa.ForeignKey("hub_members.number"), nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created", sa.Text, nullable=False),
    sa.Column("expires", sa.Text),
)

CERTIFICATES: Final = sa.Table(
    "hub_certificates",
    METADATA,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("member", Big, sa.ForeignKey("hub_members.number"), nullable=False),
    sa.Column("created", sa.Text, nullable=False),
    sa.Column("expires", sa.Text),
)

STATE: Final = sa.Table(
    "hub_state",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", Big, nullable=False),
)
"""Counters: ``members`` goes up with every change of a member, ``added`` is the last time given to an object, and
``references`` is there once the collections hold what their objects refer to (``intake.completing``)."""
