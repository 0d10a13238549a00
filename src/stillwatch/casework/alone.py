"""What only one transaction at a time may do: look whether something is there, and add it where it is not.

A file has one writer anyway; a PostgreSQL server has as many as there are programs.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Turn(enum.IntEnum):
    """What is waited for; numbers of PostgreSQL's advisory locks."""

    FILING = 0x5357_4150  # taking appeals in
    TAKING_BACK = 0x5357_5442  # innocent cases
    CONFIRMING = 0x5357_434F  # reports of gateways


def alone(connection: Connection, turn: Turn) -> None:
    """Wait until nobody else is at it; until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": int(turn)})
