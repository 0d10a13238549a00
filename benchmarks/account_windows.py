"""Cuts a log into windows of single accounts, as the published test of single accounts judges them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.range.baselines.traffic import group_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic


def windows(traffic: Traffic, chosen: NDArray[np.bool_], length: int) -> tuple[Traffic, NDArray[np.int64]]:
    """Consecutive windows of that many exchanges of the chosen accounts, each as if it were an account of its own.

    An account whose exchanges do not fill one window gives none; what is left over at an account's end is left out.

    Returns:
        The windows as traffic, and the account each came from.
    """
    grouped = group_rows(traffic.account, len(traffic.accounts))
    rows, owners = [], []
    for account in np.flatnonzero(chosen & (grouped.sizes >= length)).tolist():
        theirs = grouped.of(account)
        for begin in range(0, len(theirs) - length + 1, length):
            rows.append(theirs[begin : begin + length])
            owners.append(account)
    taken = np.concatenate(rows) if rows else np.zeros(0, np.int64)
    number = np.repeat(np.arange(len(rows), dtype=np.int32), length)
    order = np.argsort(traffic.ts[taken], kind="stable")
    cut = dataclasses.replace(
        traffic.take(taken[order]),
        accounts=tuple(f"window-{place:06d}" for place in range(len(rows))),
        account=number[order],
        created=np.zeros(len(rows), np.int64),
    )
    return cut, np.asarray(owners, np.int64)
