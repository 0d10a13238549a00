"""Who may act in casework, how they prove who they are, and what waits for a second person."""

from __future__ import annotations

import sqlalchemy as sa

from stillwatch.casework.tables.metadata import METADATA

people = sa.Table(
    "people",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("roles", sa.Text, nullable=False),  # words with blanks between
    sa.Column("source", sa.Text, nullable=False),  # local, or the issuer that vouches for them
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("added", sa.Text, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
)

tokens = sa.Table(
    "people_tokens",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, sa.ForeignKey("people.name"), nullable=False, index=True),
    sa.Column("session", sa.Boolean, nullable=False),  # made by a login, not handed out
    sa.Column("created", sa.Text, nullable=False),
    sa.Column("expires", sa.Text, nullable=True),
)

approvals = sa.Table(
    "approvals",
    METADATA,
    sa.Column("approval_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("payload_digest", sa.Text, nullable=False),
    sa.Column("needs", sa.Text, nullable=False),  # roles, words with blanks between
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("asked", sa.Text, nullable=False),
    sa.Column("lapses", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
)

answers = sa.Table(
    "approval_answers",
    METADATA,
    sa.Column("approval_id", sa.Text, sa.ForeignKey("approvals.approval_id"), primary_key=True),
    sa.Column("by", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("approved", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("ts", sa.Text, nullable=False),
)

logins = sa.Table(
    "people_logins",
    METADATA,
    sa.Column(
        "state", sa.Text, primary_key=True
    ),  # its digest: the state itself is known to the browser alone
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("verifier", sa.Text, nullable=False),
    sa.Column("expires", sa.Text, nullable=False),
)
