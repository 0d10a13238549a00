"""What is to leave the lab and has been released: indicators, retractions and sightings, until a hub has taken them.

`casework.disclosure` puts indicators in once they are approved, `casework.effects` puts in what takes them back, and
the command that shares sends what waits. A row never changes what it says; only how far it got changes.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, Table, Text

from stillwatch.casework.tables.metadata import METADATA

OUTBOX: Final = Table(
    "outbox",
    METADATA,
    Column("item_id", Text, primary_key=True),  # out-…, sorts by time
    Column("kind", Text, nullable=False),  # publish, retract, sighting
    Column("indicator_id", Text, nullable=False, index=True),
    Column("case_id", Text, nullable=False, index=True),
    Column("cause", Text, nullable=False, index=True),  # the disclosure or the order that put it here
    Column("payload", Text, nullable=False),  # a core Indicator or Sighting as JSON
    Column("queued_ts", Text, nullable=False),
    Column("queued_by", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),  # one of `ItemState`
    Column("changed_ts", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("hub_id", Text, nullable=False),  # the id the hub knows the object by
    Column("trouble", Text, nullable=False),  # why the last attempt failed; empty for none
)
