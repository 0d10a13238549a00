"""Tables of the member's cache: what was blinded already, and what the key service announced."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from stillwatch.storage.sql.family import Family

METADATA: Final = sa.MetaData()

TOKENS: Final = sa.Table(
    "tokens",
    METADATA,
    sa.Column("epoch", sa.Text(), primary_key=True),
    sa.Column("item", sa.LargeBinary(), primary_key=True),
    sa.Column("token", sa.LargeBinary(), nullable=False),
)
"""``item`` is a keyed hash of the identifier under a key of the lab's own, never the identifier."""

PINNED: Final = sa.Table(
    "pinned_epochs",
    METADATA,
    sa.Column("signer", sa.Text(), primary_key=True),
    sa.Column("epoch", sa.Text(), primary_key=True),
    sa.Column("public_key", sa.Text(), nullable=False),
)
LISTS: Final = sa.Table(
    "epoch_lists",
    METADATA,
    sa.Column("signer", sa.Text(), primary_key=True),
    sa.Column("serial", sa.BigInteger(), nullable=False),
    sa.Column("content", sa.LargeBinary(), nullable=False),
)
MATCHING: Final = Family("matching", METADATA, "stillwatch.sharing.matching.migrations")
