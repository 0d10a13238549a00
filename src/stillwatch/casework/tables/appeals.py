"""Appeals, the tokens by which their standing can be read, and the statements of reasons that were issued."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, Table, Text

from stillwatch.casework.tables.metadata import METADATA

APPEALS: Final = Table(
    "appeals",
    METADATA,
    Column("appeal_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("account_id", Text, nullable=False, index=True),
    Column("case_id", Text, nullable=False, index=True),
    Column("words", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("filed_by", Text, nullable=False),
    Column("received_ts", Text, nullable=False),
    Column("due_ts", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("escalated_ts", Text),
    Column("escalated_by", Text, nullable=False),
    Column("outcome", Text),
    Column("reach", Text),
    Column("reason", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_ts", Text),
    Column("earlier", Integer, nullable=False),
    Index("appeals_by_due", "state", "due_ts"),
)

APPEAL_TOKENS: Final = Table(
    "appeal_tokens",
    METADATA,
    Column("digest", Text, primary_key=True),  # BLAKE3 of the token, which is not kept
    Column("appeal_id", Text, nullable=False, index=True),
    Column("made_ts", Text, nullable=False),
)

APPEAL_KEYS: Final = Table(
    "appeal_keys",
    METADATA,
    Column("digest", Text, primary_key=True),  # BLAKE3 of the sender's name and its idempotency key
    Column("appeal_id", Text, nullable=False),
)

STATEMENTS: Final = Table(
    "statements",
    METADATA,
    Column("statement_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("appeal_id", Text, nullable=False, index=True),  # empty for a measure that nobody appealed against
    Column("case_id", Text, nullable=False),
    Column("content", Text, nullable=False),  # the statement as JSON
    Column("digest", Text, nullable=False),  # BLAKE3 of it, as the ledger has it
    Column("issued_ts", Text, nullable=False),
    Column("issued_by", Text, nullable=False),
)
