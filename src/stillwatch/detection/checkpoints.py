"""When judgement is passed: on a fixed grid of hours, so a longer log never changes what was known before."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

HOUR_US: Final = 3_600_000_000
DAY_US: Final = 24 * HOUR_US
LEAST_ON_FIRST_DAY: Final = 10


def checkpoint_rows(ts: Any, hours: float, growth: float) -> Any:
    """Exchanges known at each checkpoint.

    The grid is multiples of ``hours`` since 1970 UTC; a grid point counts when the log has grown by ``growth`` since
    the last that counted. The end of the log is always the last checkpoint.

    Args:
        ts: int64 (n), microseconds, sorted.
        hours: width of the grid.
        growth: least relative growth, such as 0.05.

    Returns:
        int64: number of exchanges before each checkpoint, ascending, the last being n.
    """
    if ts.size == 0:
        return np.zeros(0, dtype=np.int64)
    taken = []
    last = 0
    for row in grid_rows(ts, hours).tolist():
        if row > last * (1 + growth) and row - last >= 50:
            taken.append(row)
            last = row
    if not taken or taken[-1] != ts.size:
        taken.append(ts.size)
    return np.array(taken, dtype=np.int64)


def grid_rows(ts: Any, hours: float) -> Any:
    """int64: exchanges before each multiple of so many hours since 1970 UTC that lies within the log."""
    if ts.size == 0:
        return np.zeros(0, dtype=np.int64)
    step = int(hours * HOUR_US)
    grid = np.arange(ts[0] // step + 1, ts[-1] // step + 1, dtype=np.int64) * step
    return np.searchsorted(ts, grid, side="left")


def log_begin(ts: Any, account: Any) -> int:
    """When a log begins, in microseconds; exchanges long before all others are those of a clock that was wrong.

    It begins with the first exchange, or the first after a day without any, within whose day there are
    `LEAST_ON_FIRST_DAY` accounts; with the very first where there is none such.

    Args:
        ts: int64 (n), microseconds, sorted, n at least 1.
        account: int32 (n): who sent each.
    """
    starts = np.concatenate(([0], np.flatnonzero(np.diff(ts) > DAY_US) + 1))
    for row, end in zip(starts.tolist(), np.searchsorted(ts, ts[starts] + DAY_US).tolist(), strict=True):
        if np.unique(account[row:end]).size >= LEAST_ON_FIRST_DAY:
            return int(ts[row])
    return int(ts[0])


def iso(micros: int) -> str:
    """A time as results carry it: RFC 3339 in UTC, to the millisecond."""
    return f"{np.datetime64(int(micros) // 1000, 'ms')}Z"
