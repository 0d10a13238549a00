"""Cuts the exchanges of a frame into windows, each judged as one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

LONGEST: Final = 1500
SHORTEST: Final = 100
"""Exchanges of a window: the published tests of single accounts use 100 to 1,500."""


@dataclasses.dataclass(frozen=True, slots=True)
class Windows:
    """Runs of exchanges of one frame.

    Attributes:
        frame: where they are.
        rows: int64 (total): exchanges, one window after the other.
        offsets: int64 (windows + 1): where each window begins.
        owner: int32 (windows): whose each is; windows of one owner are one source and cannot confirm each other.
    """

    frame: Frame
    rows: Any
    offsets: Any
    owner: Any

    @classmethod
    def of(cls, frame: Frame, runs: Sequence[Any], owner: Any | None = None) -> Windows:
        """Windows given by their rows; each its own owner unless told."""
        offsets = np.zeros(len(runs) + 1, dtype=np.int64)
        np.cumsum([len(run) for run in runs], out=offsets[1:])
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *runs]).astype(np.int64)
        return cls(frame, rows, offsets, np.arange(len(runs)) if owner is None else owner)

    @property
    def size(self) -> int:
        """Number of windows."""
        return int(self.offsets.size - 1)

    @property
    def lengths(self) -> Any:
        """int64 (windows): exchanges of each."""
        return np.diff(self.offsets)

    def window(self, place: int) -> Any:
        """int64: the rows of one window."""
        return self.rows[self.offsets[place] : self.offsets[place + 1]]


def account_windows(
    frame: Frame, *, longest: int = LONGEST, shortest: int = SHORTEST, first: int = 0, end: int | None = None
) -> Windows:
    """Consecutive windows of each account; what is left over at an account's end counts if it is long enough.

    Args:
        frame: the exchanges.
        longest: exchanges of a window at most.
        shortest: at least.
        first: the first exchange to look at.
        end: one past the last; all if None.
    """
    account = frame.account[first:end]
    order = np.argsort(account, kind="stable").astype(np.int64) + first
    owners, begins, counts = np.unique(frame.account[order], return_index=True, return_counts=True)
    runs, owner = [], []
    for who, begin, count in zip(owners.tolist(), begins.tolist(), counts.tolist(), strict=True):
        for low in range(begin, begin + count, longest):
            high = min(low + longest, begin + count)
            if high - low >= shortest:
                runs.append(order[low:high])
                owner.append(who)
    return Windows.of(frame, runs, np.asarray(owner, dtype=np.int32))


def every_second(windows: Windows, begin: int) -> Windows:
    """The windows of every second owner, from the first (0) or the second (1) on."""
    owners = np.unique(windows.owner)[begin::2]
    kept = np.flatnonzero(np.isin(windows.owner, owners))
    return Windows.of(windows.frame, [windows.window(k) for k in kept.tolist()], windows.owner[kept])
