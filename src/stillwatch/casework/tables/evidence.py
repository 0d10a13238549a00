"""Snapshots of what verdicts rested on, by the digest of their content."""

from __future__ import annotations

import sqlalchemy as sa

from stillwatch.casework.tables.metadata import METADATA

contents = sa.Table(
    "evidence_contents",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),  # BLAKE3 of the bytes before they were compressed
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # Zstandard
)

snapshots = sa.Table(
    "case_snapshots",
    METADATA,
    sa.Column("number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True, index=True),
    sa.Column(
        "site", sa.Text, nullable=False, index=True
    ),  # digest of the site's record; empty where there is none
    sa.Column("taken_ts", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("accounts", sa.Integer, nullable=False),
    sa.Column("kept", sa.Boolean, nullable=False),  # others go when a newer one comes
)
