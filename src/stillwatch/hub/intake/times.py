"""The times at which objects are added: each later than any before it, whatever the clock does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from stillwatch.hub.tables.members import STATE

if TYPE_CHECKING:
    from sqlalchemy import Connection


def last_time(connection: Connection, now: int) -> int:
    """The last time that was given to an object, or now if that is later; others wait here until this is on disk.

    Args:
        connection: in a transaction that writes.
        now: microseconds since 1970.
    """
    last = (
        sa.update(STATE)
        .where(STATE.c.name == "added")
        .values(value=STATE.c.value + 1)
        .returning(STATE.c.value)
    )
    row = connection.execute(last).first()
    if row is None:
        connection.execute(sa.insert(STATE).values(name="added", value=now))
        return now
    return max(now, int(row.value))


def keep_time(connection: Connection, last: int) -> None:
    """Keep the last time that was given."""
    connection.execute(sa.update(STATE).where(STATE.c.name == "added").values(value=last))
