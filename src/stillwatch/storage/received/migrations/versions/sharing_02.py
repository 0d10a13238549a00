"""What other members describe: campaigns as a whole, and texts that counsel released."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "sharing_02"
down_revision = "sharing_01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "received_advisories",
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
