"""What was asked to leave the lab: the exact bytes, who asked, and when they were released."""

from __future__ import annotations

import sqlalchemy as sa

from stillwatch.casework.tables.metadata import METADATA

disclosures = sa.Table(
    "disclosures",
    METADATA,
    sa.Column("disclosure_id", sa.Text, primary_key=True),  # dsc-…, sorts by time
    sa.Column("case_id", sa.Text, nullable=False, index=True),
    sa.Column("case_version", sa.Integer, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("destination", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("marking", sa.Text, nullable=False),
    sa.Column("indicators", sa.Text, nullable=False),  # core indicators as JSON
    sa.Column("body", sa.LargeBinary, nullable=False),  # the exact bytes that would leave
    sa.Column("digest", sa.Text, nullable=False),  # BLAKE3 of the body: what was approved
    sa.Column("made_day", sa.Text, nullable=False),
    sa.Column("approval_id", sa.Text, nullable=False),
    sa.Column("requested_ts", sa.Text, nullable=False),
    sa.Column("requested_by", sa.Text, nullable=False),
    sa.Column("released_ts", sa.Text, nullable=True),
)
