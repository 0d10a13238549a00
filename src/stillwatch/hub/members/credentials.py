"""Credentials in the database: given, ended, listed; each belongs to one member."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.hub.members.records import current, iso, new_token, token_digest
from stillwatch.hub.tables.members import TOKENS

if TYPE_CHECKING:
    from sqlalchemy import Connection


def give_token(connection: Connection, number: int, scopes: str, expires: str | None) -> str:
    """Make a member a token and keep its digest; returns the token."""
    token = new_token()
    values = {"digest": token_digest(token), "member": number, "scopes": scopes}
    connection.execute(sa.insert(TOKENS).values(**values, created=iso(clock.now()), expires=expires))
    return token


def insert_own(connection: Connection, table: sa.Table, key: sa.Column[str], values: dict[str, Any]) -> None:
    """Store a credential; one that the member has already begins anew, another member's is refused."""
    row = connection.execute(sa.select(table.c.member).where(key == values[key.name])).first()
    if row is None:
        connection.execute(sa.insert(table).values(values))
    elif row.member == values["member"]:
        connection.execute(sa.update(table).where(key == values[key.name]).values(expires=None))
    else:
        raise StillwatchError(
            "another member has this key or certificate", code="SW-HUB-23", hint="each member needs its own"
        )


def end(connection: Connection, table: sa.Table, number: int, until: str) -> None:
    """Let a member's credentials of a sort end, those that end sooner as they are."""
    later = sa.or_(table.c.expires.is_(None), table.c.expires > until)
    connection.execute(sa.update(table).where(table.c.member == number, later).values(expires=until))


def by_member(
    connection: Connection, table: sa.Table, column: sa.Column[str], now: datetime.datetime
) -> dict[int, list[str]]:
    """Names of valid credentials of a sort, by their member's number."""
    found: dict[int, list[str]] = {}
    for row in connection.execute(sa.select(column, table.c.member, table.c.expires).order_by(column)):
        if current(row.expires, now):
            found.setdefault(row.member, []).append(row[0])
    return found
