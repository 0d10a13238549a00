"""Cuts a log into windows that are judged as if each were an account of its own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.range.baselines.traffic import group_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic


def as_accounts(traffic: Traffic, windows: Sequence[NDArray[np.int64]]) -> Traffic:
    """Traffic in which each window, given by its rows, is one account."""
    taken = np.concatenate([*windows, np.zeros(0, np.int64)])
    number = np.repeat(np.arange(len(windows), dtype=np.int32), [len(window) for window in windows])
    order = np.argsort(traffic.ts[taken], kind="stable")
    return dataclasses.replace(
        traffic.take(taken[order]),
        accounts=tuple(f"window-{place:06d}" for place in range(len(windows))),
        account=number[order],
        created=np.zeros(len(windows), np.int64),
    )


def of_accounts(traffic: Traffic, length: int) -> tuple[list[NDArray[np.int64]], NDArray[np.int64]]:
    """Consecutive windows of that many exchanges of each account, and the account each came from.

    An account whose exchanges do not fill one window gives none; what is left over at its end is left out.
    """
    grouped = group_rows(traffic.account, len(traffic.accounts))
    windows, owners = [], []
    for account in np.flatnonzero(grouped.sizes >= length).tolist():
        theirs = grouped.of(account)
        for begin in range(0, len(theirs) - length + 1, length):
            windows.append(theirs[begin : begin + length])
            owners.append(account)
    return windows, np.asarray(owners, np.int64)


def of_pool(
    rng: np.random.Generator,
    honest: NDArray[np.int64],
    harvests: Sequence[NDArray[np.int64]],
    length: int,
    dilution: float,
    count: int,
) -> list[NDArray[np.int64]]:
    """Windows put together from one harvest and honest exchanges of anybody.

    Args:
        rng: draws.
        honest: rows of honest exchanges.
        harvests: rows of each campaign's harvest; each window draws from one that has enough.
        length: exchanges of a window.
        dilution: share of them that are honest; 1 gives benign windows.
        count: how many windows.
    """
    wanted = round(length * (1 - dilution))
    able = [rows for rows in harvests if len(rows) >= wanted] if wanted else [honest]
    if not able:
        return []
    return [
        np.concatenate(
            [
                rng.choice(able[place % len(able)], wanted, replace=False),
                rng.choice(honest, length - wanted, replace=False),
            ]
        )
        for place in range(count)
    ]


def of_campaigns(
    rng: np.random.Generator,
    honest: NDArray[np.int64],
    harvests: Sequence[NDArray[np.int64]],
    length: int,
    dilution: float,
    each: int,
) -> list[NDArray[np.int64]]:
    """Several windows of each campaign, as if so many accounts worked for it; no exchange of a harvest comes twice.

    Args:
        rng: draws.
        honest: rows of honest exchanges.
        harvests: rows of each campaign's harvest; those too small for all windows are left out.
        length: exchanges of a window.
        dilution: share of them that are honest, below 1.
        each: windows of a campaign.
    """
    wanted = round(length * (1 - dilution))
    return [
        np.concatenate([part, rng.choice(honest, length - wanted, replace=False)])
        for rows in harvests
        if len(rows) >= wanted * each
        for part in rng.permutation(rows)[: wanted * each].reshape(each, wanted)
    ]
