"""Fields with many values: does the value an account has tell what it is?

A rare value tells everything about the accounts it was learnt from, so each account is judged by the rates
learnt from the other half of the accounts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import duckdb
    import numpy.typing as npt

CATEGORIES: Final = {
    "ip": "ip",
    "network": "asn",
    "country": "country",
    "client": "client",
    "client_kind": "regexp_extract(client, '^[^/ ]+')",
    "payment": "payment",
    "organisation": "organisation",
    "model": "model",
    "endpoint": "endpoint",
    "temperature": "temperature",
    "max_tokens": "max_tokens",
    "tools": "tools",
    "script": "script",
    "system_prompt": "system_text",
    "first_word": "first_word",
    "opening": "asked_opening",
    "last_message": "asked_text",
}
"""What is looked at, as SQL over one exchange."""

_PRIOR: Final = 5.0  # accounts; a value seen on few says little


def target_rates(
    connection: duckdb.DuckDBPyConnection, accounts: Sequence[str], attack: npt.NDArray[np.bool_]
) -> dict[str, npt.NDArray[np.float64]]:
    """For each field, the mean attack rate of an account's values among the other half of the accounts.

    A value's rate counts each account once and is drawn towards the overall rate as if five more accounts
    had it; a value that the other half does not have gives the overall rate. An account's score is the mean
    over its exchanges.

    Args:
        connection: from :func:`stillwatch.range.audit.log_table.open_log`.
        accounts: the accounts of the truth.
        attack: which of them belong to a campaign.
    """
    half = fold(accounts)
    place = {account: number for number, account in enumerate(accounts)}
    found = {}
    for name, sql in CATEGORIES.items():
        table = connection.execute(
            f"""
            SELECT account_id, dense_rank() OVER (ORDER BY value) - 1 AS value, weight FROM (
              SELECT account_id, coalesce(CAST({sql} AS VARCHAR), '') AS value, count(*) AS weight
              FROM exchange GROUP BY ALL)
            """
        ).fetchnumpy()
        owner = np.asarray([place.get(account, -1) for account in table["account_id"]])
        kept = owner >= 0
        value, weight = (np.asarray(table[column])[kept].astype(np.int64) for column in ("value", "weight"))
        found[name] = cross_fitted(owner[kept], value, weight, attack, half)
    return found


def fold(accounts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Which half each account falls into, by a hash of its name: the same whoever else is there."""
    return np.asarray(
        [hashlib.blake2b(account.encode(), digest_size=1).digest()[0] & 1 for account in accounts],
        dtype=np.int64,
    )


def cross_fitted(
    owner: npt.NDArray[np.int64],
    value: npt.NDArray[np.int64],
    weight: npt.NDArray[np.int64],
    attack: npt.NDArray[np.bool_],
    half: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Each account's mean rate, learnt from the half it is not in.

    Args:
        owner: account of each pair of account and value, once a pair.
        value: value of each pair, numbered from 0.
        weight: exchanges of each pair.
        attack: label of each account.
        half: 0 or 1 for each account.
    """
    rates = np.empty(len(owner))
    values = int(value.max(initial=-1)) + 1
    for side in (0, 1):
        learnt, judged = half[owner] != side, half[owner] == side
        others = attack[half != side]
        overall = float(others.mean()) if len(others) else 0.0
        holders = np.bincount(value[learnt], minlength=values)
        guilty = np.bincount(value[learnt], weights=attack[owner[learnt]], minlength=values)
        rates[judged] = ((guilty + _PRIOR * overall) / (holders + _PRIOR) - overall)[value[judged]]
    total = np.bincount(owner, weights=weight, minlength=len(attack))
    mean = np.bincount(owner, weights=weight * rates, minlength=len(attack)) / np.maximum(total, 1)
    return np.where(total > 0, mean, np.nan)
