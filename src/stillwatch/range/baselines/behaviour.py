"""What an account does, in numbers and without its words: the features of baselines that look at behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Grouped, Traffic

_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS
_SPREAD: Final = (
    "organization",
    "address",
    "payment",
    "agent",
    "country",
    "model",
    "system",
    "opening",
    "closing",
)
_SHARED: Final = ("address", "payment", "agent", "system", "opening", "closing")


def behaviour(traffic: Traffic) -> NDArray[np.float64]:
    """Features of each account, float64 [accounts, features]; NaN where the log does not say."""
    found: NDArray[np.float64] = traffic.remembered("behaviour", lambda: _measured(traffic))
    return found


def _measured(traffic: Traffic) -> NDArray[np.float64]:
    grouped = traffic.grouped()
    columns = [
        *_rhythm(traffic, grouped),
        *_amounts(traffic),
        *_spread(traffic, grouped.sizes),
        *_sharing(traffic),
    ]
    table = np.column_stack(columns)
    table[grouped.sizes == 0] = np.nan
    return table


def _means(traffic: Traffic, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of a column over each account's rows, leaving NaN out."""
    accounts, known = len(traffic.accounts), np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.bincount(traffic.account[known], values[known], accounts)
        return np.asarray(total / np.bincount(traffic.account[known], minlength=accounts))


def _deviations(traffic: Traffic, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard deviation of a column over each account's rows."""
    mean = _means(traffic, values)
    return np.sqrt(_means(traffic, (values - mean[traffic.account]) ** 2))


def _rhythm(traffic: Traffic, grouped: Grouped) -> list[NDArray[np.float64]]:
    """Volume, days, regularity of gaps, spread over the hours, age."""
    accounts, sizes = len(traffic.accounts), grouped.sizes
    account, ts = traffic.account[grouped.rows], traffic.ts[grouped.rows]
    gaps = np.log1p(np.maximum(np.diff(ts, prepend=ts[:1]), 0) / 1000)
    gaps[np.minimum(grouped.starts[:-1], max(len(gaps) - 1, 0))] = np.nan
    whole = np.full(len(ts), np.nan)
    whole[grouped.rows] = gaps
    days = np.unique(account.astype(np.int64) * 4096 + (ts // _DAY_MS) % 4096)
    active = np.bincount(days // 4096, minlength=accounts)
    hours = np.zeros((accounts, 24))
    np.add.at(hours, (account, ts // _HOUR_MS % 24), 1.0)
    share = hours / np.maximum(sizes, 1)[:, None]
    entropy = -(share * np.log(np.where(share > 0, share, 1.0))).sum(1)
    first = np.full(accounts, np.nan)
    first[account[::-1]] = ts[::-1]
    age = np.where(traffic.created > 0, (first - traffic.created) / _DAY_MS, np.nan)
    return [
        np.log1p(sizes),
        active.astype(np.float64),
        np.log1p(sizes / np.maximum(active, 1)),
        _means(traffic, whole),
        _deviations(traffic, whole),
        entropy,
        np.log1p(np.maximum(age, 0.0)),
    ]


def _amounts(traffic: Traffic) -> list[NDArray[np.float64]]:
    """Means and deviations of sizes, share of errors, of first turns and of tools."""
    columns = []
    for name in ("input_tokens", "output_tokens", "reasoning_tokens", "answer_characters"):
        values = np.log1p(np.maximum(traffic.numbers[name].astype(np.float64), 0.0))
        columns += [_means(traffic, values), _deviations(traffic, values)]
    asked = np.log1p(traffic.counts["words"].astype(np.float64))
    columns += [_means(traffic, asked), _deviations(traffic, asked)]
    columns.append(_means(traffic, traffic.numbers["temperature"].astype(np.float64)))
    status, turns, tools = (traffic.counts[name] for name in ("status", "turns", "tools"))
    columns.append(_means(traffic, np.where(status < 0, np.nan, (status >= 400).astype(np.float64))))
    columns.append(_means(traffic, (turns > 1).astype(np.float64)))
    columns.append(_means(traffic, np.where(tools < 0, np.nan, (tools > 0).astype(np.float64))))
    total = np.zeros((len(traffic.accounts), traffic.dense.shape[1]))
    for column in range(total.shape[1]):
        total[:, column] = np.bincount(traffic.account, traffic.dense[:, column], len(traffic.accounts))
    sizes = np.maximum(traffic.grouped().sizes, 1)
    columns.append(np.linalg.norm(total, axis=1) / sizes)
    return columns


def _pairs(traffic: Traffic, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """The distinct pairs of account and value: account, number of the value, how many values."""
    codes = traffic.identifiers[name]
    real = codes != 0
    _, value = np.unique(codes[real], return_inverse=True)
    values = int(value.max()) + 1 if len(value) else 1
    keys = np.unique(traffic.account[real].astype(np.int64) * values + value)
    return keys // values, keys % values, values


def _spread(traffic: Traffic, sizes: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """How many values of each identifier an account has, against its exchanges."""
    columns = []
    for name in _SPREAD:
        account, _, _ = _pairs(traffic, name)
        distinct = np.bincount(account, minlength=len(traffic.accounts))
        columns.append(np.log1p(distinct) - np.log1p(sizes))
    return columns


def _sharing(traffic: Traffic) -> list[NDArray[np.float64]]:
    """With how many accounts an account shares the values of each identifier: the mean over its values, as ln."""
    columns = []
    for name in _SHARED:
        account, value, values = _pairs(traffic, name)
        owners = np.log(np.maximum(np.bincount(value, minlength=values), 1))
        accounts = len(traffic.accounts)
        with np.errstate(invalid="ignore", divide="ignore"):
            columns.append(
                np.bincount(account, owners[value], accounts) / np.bincount(account, minlength=accounts)
            )
    return columns
