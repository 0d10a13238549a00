"""A campaign's demand over time, in few enough bins to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.core.verdict import Timeline
from stillwatch.detection.checkpoints import iso

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

MOST_BINS: Final = 80
_HOUR: Final = 3600
STEPS: Final = (60, 300, 900, 1800, *(hours * _HOUR for hours in (1, 2, 3, 6, 12, 24, 48, 168, 336, 672)))
"""Widths of a bin that a person can name, in seconds."""


def timeline_of(frame: Frame, rows: Any, members: Any) -> Timeline:
    """Exchanges per member and time bin.

    Args:
        frame: the exchanges.
        rows: int64, not empty: exchanges of the demand, all by members.
        members: int32 account numbers, in the order they are to be shown.
    """
    seconds = frame.ts[rows] // 1_000_000
    step = _step(int(seconds.min()), int(seconds.max()))
    start = int(seconds.min()) // step * step
    bins = (int(seconds.max()) - start) // step + 1
    place = np.zeros(len(frame.accounts), dtype=np.int64)
    place[members] = np.arange(members.size)
    at = place[frame.account[rows]] * bins + (seconds - start) // step
    counts = np.bincount(at, minlength=members.size * bins).reshape(members.size, bins).tolist()
    return Timeline(
        iso(start * 1_000_000),
        step,
        {frame.accounts[who]: tuple(line) for who, line in zip(members.tolist(), counts, strict=True)},
    )


def _step(first: int, last: int) -> int:
    """The smallest round width that gives few enough bins."""
    for step in STEPS:
        if last // step - first // step + 1 <= MOST_BINS:
            return step
    return STEPS[-1] * -(-(last - first + STEPS[-1]) // (STEPS[-1] * (MOST_BINS - 1)))
