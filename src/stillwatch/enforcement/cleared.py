"""Accounts that people found honest: no rule, test or indicator acts on them for a while, only a person can.

Without this a lifted decision would last until the policy is applied again, a few seconds later, because the verdict
behind it has not changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.drafts import MACHINES

if TYPE_CHECKING:
    import sqlite3

    from stillwatch.enforcement.drafts import Draft
    from stillwatch.storage.database import Database

LASTS: Final = 90 * 86_400.0
"""Seconds for which an account stays cleared; afterwards it is judged like any other."""


def clear(
    connection: sqlite3.Connection, accounts: Iterable[str], *, until: float, source: str, by: str
) -> None:
    """Note that accounts were found honest; part of the caller's transaction.

    Args:
        connection: of the store of decisions.
        accounts: whom.
        until: seconds since 1970.
        source: the order behind it.
        by: who answers for it.
    """
    connection.executemany(
        "INSERT INTO cleared VALUES (?, ?, ?, ?) ON CONFLICT (account) DO UPDATE "
        "SET until = max(until, excluded.until), source = excluded.source, by = excluded.by",
        [(account, until, source, by) for account in accounts],
    )


def cleared(database: Database, now: float) -> dict[str, str]:
    """By account, the order that cleared it."""
    rows = database.rows("SELECT account, source FROM cleared WHERE until > ?", (now,))
    return {row["account"]: row["source"] for row in rows}


def allowed(drafts: Iterable[Draft], known: Mapping[str, str]) -> list[Draft]:
    """The drafts without those that a machine made against a cleared account."""
    return [
        draft
        for draft in drafts
        if draft.scope is not Scope.ACCOUNT
        or draft.value not in known
        or draft.action is Action.ALLOW
        or draft.by not in MACHINES
    ]
