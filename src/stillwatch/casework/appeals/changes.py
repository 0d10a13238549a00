"""One change to one appeal: it rests on a version that somebody saw and on no other, and the ledger has it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy

from stillwatch.casework.tables.appeals import APPEALS
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.core.appeal import Appeal
    from stillwatch.storage.ledger import Ledger


def change(connection: Connection, appeal: Appeal, version: int, **values: Any) -> Appeal:
    """Change an appeal as it was seen; part of the caller's transaction.

    Returns:
        The appeal after it.

    Raises:
        StillwatchError: SW-APL-18, it was changed since.
    """
    if version != appeal.version:
        raise _stale(appeal, version)
    done = connection.execute(
        sqlalchemy.update(APPEALS)
        .where(APPEALS.c.appeal_id == appeal.appeal_id, APPEALS.c.version == version)
        .values(version=version + 1, **values)
    )
    if not done.rowcount:
        raise _stale(appeal, version)
    return dataclasses.replace(appeal, version=version + 1, **values)


def enter(
    ledger: Ledger,
    connection: Connection,
    kind: str,
    appeal_id: str,
    by: str,
    ts: str,
    details: Mapping[str, object],
) -> None:
    """Write down in the ledger what was done; part of the caller's transaction."""
    ledger.append(connection, [Entry(kind, appeal_id, by, ts, details)])


def waiting(appeal: Appeal) -> Appeal:
    """An appeal that waits for an answer.

    Raises:
        StillwatchError: SW-APL-17, it does not.
    """
    if not appeal.waiting:
        raise StillwatchError(
            f"this appeal is {appeal.outcome or appeal.state} already",
            code="SW-APL-17",
            where=appeal.appeal_id,
            hint="the account holder can file another one",
        )
    return appeal


def _stale(appeal: Appeal, version: int) -> StillwatchError:
    return StillwatchError(
        f"this appeal was changed since version {version}",
        code="SW-APL-18",
        where=appeal.appeal_id,
        hint=f"look at it again: stillwatch appeal show {appeal.appeal_id}",
    )
