"""The one metadata that every table of the hub registers on, and the types that both databases take."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

Big: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""64 bits; on SQLite the type that lets a primary key be the row's own number."""
