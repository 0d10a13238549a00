"""Orders that cases give to enforcement, what became of them, and which gateways have confirmed it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Integer, Table, Text

from stillwatch.casework.tables.metadata import METADATA

ORDERS: Final = Table(
    "orders",
    METADATA,
    Column("order_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # enforce, lift, end
    Column("case_id", Text, nullable=False, index=True),
    Column("appeal_id", Text, nullable=False, index=True),
    Column("by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("approval_id", Text, nullable=False),  # empty where no second person is needed
    Column("reach", Text, nullable=False),  # of what takes back; empty for what enforces
    Column("content", Text, nullable=False),  # what is to be done, as JSON
    Column("ordered_ts", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),  # one of `OrderState`
    Column("epoch", Text, nullable=False),  # of the store of decisions that carried it out
    Column("decisions_version", Integer, nullable=False),  # that a gateway has to reach to have it
    Column("done_ts", Text),
    Column("trouble", Text, nullable=False),
)

ORDER_EFFECTS: Final = Table(
    "order_effects",
    METADATA,
    Column("order_id", Text, primary_key=True),
    Column("decision_id", Text, primary_key=True),
    Column("effect", Text, nullable=False),  # one of `Effect`
    Column("scope", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("why", Text, nullable=False),
)

CONFIRMATIONS: Final = Table(
    "confirmations",
    METADATA,
    Column("order_id", Text, primary_key=True),
    Column("gateway", Text, primary_key=True),
    Column("version", Integer, nullable=False),  # the last it reported
    Column("confirmed_ts", Text),
)

KNOWN_GATEWAYS: Final = Table(
    "known_gateways",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("known", Boolean, nullable=False),  # whether that version is one of the node's
    Column("seen_ts", Text, nullable=False),
)
