"""What is usual for an account of the site, as known at each checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

_DAY_US: Final = 86_400_000_000
_FEW: Final = 5  # accounts from which on a spread is worth the name


def site_facts(frame: Frame, checkpoints: Any) -> pa.Table:
    """A row per checkpoint, as of `Tables.sites`.

    Args:
        frame: the exchanges; its accounts are numbered by first appearance.
        checkpoints: int64: exchanges before each checkpoint.
    """
    first = np.unique(frame.account, return_index=True)[1]
    created, begun = frame.created[first], frame.ts[first]
    told = created > 0
    age = np.log1p(np.maximum(begun - created, 0) / _DAY_US)
    day = np.unique(created // _DAY_US, return_inverse=True)[1]
    sent = np.zeros(first.size)
    rows: list[tuple[float | None, float | None, float | None]] = []
    low = 0
    for known in checkpoints.tolist():
        sent += np.bincount(frame.account[low:known], minlength=first.size)
        low = known
        seen = int((first < known).sum())
        here = np.flatnonzero(told[:seen])
        volume = float(np.log(sent[:seen]).mean()) if seen else None
        if here.size < _FEW:
            rows.append((volume, None, None))
            continue
        per_day = np.bincount(day[here]).astype(np.float64)
        same = float((per_day * (per_day - 1)).sum() / (here.size * (here.size - 1.0)))
        rows.append((volume, float(age[here].std()), same))
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    volume, spread, same_day = (pa.array(column, pa.float64()) for column in columns)
    return pa.table(
        {
            "checkpoint": pa.array(np.arange(len(rows), dtype=np.int32)),
            "volume": volume,
            "age_spread": spread,
            "same_day": same_day,
            "earlier_from": pa.array([_earlier_from(frame)] * len(rows), pa.timestamp("us")),
        }
    )


def _earlier_from(frame: Frame) -> int | None:
    """When the earlier traffic begins, microseconds since 1970 UTC; None without any."""
    return None if frame.history is None else int(frame.history.ts[0])
