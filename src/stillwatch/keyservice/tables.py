"""What the key service keeps: members, digests of their tokens, epochs, how much was asked for when, and alarms."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from stillwatch.storage.sql.family import Family

METADATA: Final = sa.MetaData()

MEMBERS: Final = sa.Table(
    "members",
    METADATA,
    sa.Column("name", sa.Text(), primary_key=True),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("quota", sa.Integer(), nullable=False),
    sa.Column("suspended", sa.Boolean(), nullable=False),
    sa.Column("created", sa.BigInteger(), nullable=False),
)
TOKENS: Final = sa.Table(
    "tokens",
    METADATA,
    sa.Column("digest", sa.Text(), primary_key=True),
    sa.Column("member", sa.Text(), sa.ForeignKey("members.name"), nullable=False, index=True),
    sa.Column("created", sa.BigInteger(), nullable=False),
    sa.Column("expires", sa.BigInteger(), nullable=True),
)
EPOCHS: Final = sa.Table(
    "epochs",
    METADATA,
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("public_key", sa.Text(), nullable=False),
    sa.Column("begins", sa.BigInteger(), nullable=False),
    sa.Column("ends", sa.BigInteger(), nullable=False),
    sa.Column("evaluated_until", sa.BigInteger(), nullable=False),
    sa.Column("destroyed", sa.BigInteger(), nullable=True),
)
USAGE: Final = sa.Table(
    "usage",
    METADATA,
    sa.Column("member", sa.Text(), sa.ForeignKey("members.name"), primary_key=True),
    sa.Column("hour", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("amount", sa.Integer(), nullable=False),
    sa.Column("batches", sa.Integer(), nullable=False),
    sa.Column("full_batches", sa.Integer(), nullable=False),
    sa.Column("refused", sa.Integer(), nullable=False),
)
"""Hours since 1970; a day's sum is what the quota is held against."""

PAID: Final = sa.Table(
    "paid",
    METADATA,
    sa.Column("member", sa.Text(), primary_key=True),
    sa.Column("digest", sa.Text(), primary_key=True),
    sa.Column("day", sa.Integer(), nullable=False, index=True),
)
"""Batches that were counted already, so that one sent again after a broken connection costs nothing."""

ALARMS: Final = sa.Table(
    "alarms",
    METADATA,
    sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("pattern", sa.Text(), primary_key=True),
    sa.Column("member", sa.Text(), primary_key=True),
    sa.Column("raised", sa.BigInteger(), nullable=False),
    sa.Column("sentence", sa.Text(), nullable=False),
)
SERIAL: Final = sa.Table(
    "epoch_list",
    METADATA,
    sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("serial", sa.BigInteger(), nullable=False),
)
"""Counts up with every change of the epochs; one row."""

KEYSERVICE: Final = Family("keyservice", METADATA, "stillwatch.keyservice.migrations")
