"""Objects by id, as both databases find them quickly: by a number of eight bytes that follows from the id.

Ids are random, so every object changes another page of whatever they are indexed by; an index of numbers has a third
of the pages. Two ids may have one number, so the ids themselves are compared as well.
"""

from __future__ import annotations

import functools
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa

from stillwatch.hub.tables.objects import OBJECTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

_REMEMBERED: Final = 32_768
"""Ids whose number is wanted again within a moment: those of the submissions that are being stored."""


@functools.lru_cache(maxsize=_REMEMBERED)
def key_of(identifier: str) -> int:
    """The number by which an id is found; nobody can choose ids that share one, as with a part of the id itself."""
    return int.from_bytes(sha256(identifier.encode()).digest()[:8], "big", signed=True)


def named(identifiers: Sequence[str]) -> sa.ColumnElement[bool]:
    """Objects that the hub calls so."""
    keys = [key_of(each) for each in identifiers]
    return sa.and_(OBJECTS.c.id_key.in_(keys), OBJECTS.c.id.in_(identifiers))


def sent_as(identifiers: Sequence[str]) -> sa.ColumnElement[bool]:
    """Objects that their senders call so."""
    keys = [key_of(each) for each in identifiers]
    return sa.and_(OBJECTS.c.sent_key.in_(keys), OBJECTS.c.sent_id.in_(identifiers))


def among(connection: Connection, query: str, keys: Sequence[int], further: str = "") -> Any:
    """Rows whose key is one of many, handed over as one value: a thousand parameters cost more than the search.

    Args:
        connection: in a transaction.
        query: SQL that ends with the column.
        keys: numbers by `key_of`; whose ids they are has to be looked at.
        further: SQL that follows.
    """
    if not keys:
        return ()
    if connection.dialect.name == "sqlite":
        listed = orjson.dumps(keys).decode()
        return connection.exec_driver_sql(f"{query} IN (SELECT value FROM json_each(?)){further}", (listed,))
    return connection.exec_driver_sql(f"{query} = ANY(%s){further}", (list(keys),))
