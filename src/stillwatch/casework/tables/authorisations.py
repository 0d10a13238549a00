"""Registered authorisations: every version of each, and which was taken back."""

from __future__ import annotations

import sqlalchemy as sa

from stillwatch.casework.tables.metadata import METADATA

authorisations = sa.Table(
    "authorisations",
    METADATA,
    sa.Column("authorisation_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),  # canonical JSON; keys, clients and prompts as fingerprints
    sa.Column("digest", sa.Text, nullable=False),  # BLAKE3 of the body: what was approved
    sa.Column("key", sa.Text, nullable=False),  # which pseudonym key the fingerprints were made with
    sa.Column("approval_id", sa.Text, nullable=False),
    sa.Column("registered", sa.Text, nullable=False),
    sa.Column("registered_by", sa.Text, nullable=False),
    sa.Column("withdrawn", sa.Text, nullable=True),
    sa.Column("withdrawn_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),  # of the withdrawal
)
