"""Members and their credentials, submissions, objects, retractions, and the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stillwatch.storage.ledger.migration import create_ledger

revision = "hub_01"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    create_ledger()
    op.create_table(
        "hub_members",
        sa.Column("number", _BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("suspended", sa.Text(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("unsigned_writes", sa.Boolean(), nullable=False),
        sa.Column("requests_per_minute", sa.Integer(), nullable=True),
        sa.Column("objects_per_day", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_hub_members")),
        sa.UniqueConstraint("identity", name=op.f("uq_hub_members_identity")),
        sa.UniqueConstraint("name", name=op.f("uq_hub_members_name")),
    )
    op.create_table(
        "hub_nonces",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("created", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("key_id", "nonce", name=op.f("pk_hub_nonces")),
    )
    op.create_table(
        "hub_state",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_hub_state")),
    )
    op.create_table(
        "hub_acknowledgements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("member", _BIG, nullable=False),
        sa.Column("acknowledged", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member"], ["hub_members.number"], name=op.f("fk_hub_acknowledgements_member")
        ),
        sa.PrimaryKeyConstraint("id", "member", name=op.f("pk_hub_acknowledgements")),
    )
    op.create_table(
        "hub_budgets",
        sa.Column("member", _BIG, autoincrement=False, nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("bits", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["member"], ["hub_members.number"], name=op.f("fk_hub_budgets_member")),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_hub_budgets")),
    )
    op.create_table(
        "hub_certificates",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("member", _BIG, nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["member"], ["hub_members.number"], name=op.f("fk_hub_certificates_member")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_hub_certificates")),
    )
    op.create_table(
        "hub_keys",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("member", _BIG, nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["member"], ["hub_members.number"], name=op.f("fk_hub_keys_member")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_hub_keys")),
    )
    op.create_table(
        "hub_objects",
        sa.Column("added", _BIG, autoincrement=False, nullable=False),
        sa.Column("collection", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("latest", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("member", _BIG, nullable=False),
        sa.Column("submission", _BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sent_id", sa.Text(), nullable=False),
        sa.Column("sent_version", sa.Text(), nullable=False),
        sa.Column("sent_digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["member"], ["hub_members.number"], name=op.f("fk_hub_objects_member")),
        sa.PrimaryKeyConstraint("added", name=op.f("pk_hub_objects")),
    )
    op.create_index("hub_objects_by_id", "hub_objects", ["id", "collection"], unique=False)
    op.create_index("hub_objects_by_sent_id", "hub_objects", ["sent_id", "member"], unique=False)
    op.create_index("hub_objects_by_time", "hub_objects", ["collection", "added"], unique=False)
    op.create_index(
        "hub_objects_latest",
        "hub_objects",
        ["collection", "added"],
        unique=False,
        sqlite_where=sa.text("latest = 1"),
        postgresql_where=sa.text("latest"),
    )
    op.create_index(
        "hub_objects_revoked",
        "hub_objects",
        ["added"],
        unique=False,
        sqlite_where=sa.text("revoked = 1"),
        postgresql_where=sa.text("revoked"),
    )
    op.create_table(
        "hub_submissions",
        sa.Column("number", _BIG, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("member", _BIG, nullable=False),
        sa.Column("collection", sa.SmallInteger(), nullable=False),
        sa.Column("received", _BIG, nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.LargeBinary(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("signed_base", sa.LargeBinary(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("entry", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["member"], ["hub_members.number"], name=op.f("fk_hub_submissions_member")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_hub_submissions")),
        sa.UniqueConstraint("id", name=op.f("uq_hub_submissions_id")),
    )
    op.create_index("hub_submissions_of_member", "hub_submissions", ["member", "received"], unique=False)
    op.create_table(
        "hub_tokens",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("member", _BIG, nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["member"], ["hub_members.number"], name=op.f("fk_hub_tokens_member")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_hub_tokens")),
    )
