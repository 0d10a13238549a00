"""Accounts that were found honest after somebody had accused them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Table, Text

from stillwatch.casework.tables.metadata import METADATA

LABELS: Final = Table(
    "labels",
    METADATA,
    Column("account_id", Text, primary_key=True),
    Column("source", Text, primary_key=True),  # the appeal or the case that showed it
    Column("by", Text, nullable=False),
    Column("labelled_ts", Text, nullable=False),
)
