"""Which exchanges a look judges: the newest parts of the store, as many as can be judged in the time there is.

How many that are is learned: a look that took too long makes the next window smaller, a quick one makes it larger.
Earlier traffic, by which novelty is told, is a baseline that the operator named, or parts that were there well before.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import msgspec

from stillwatch.detection import frame as frames
from stillwatch.traffic.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.traffic.store import Part

LEAST_ROWS: Final = 50_000
_BYTES_PER_ROW: Final = 6_000  # at the peak of a look, measured
_HISTORY_ROWS: Final = 300_000
_HISTORY_GAP_US: Final = 86_400_000_000  # what began less than a day before must not count as known
_TOO_SLOW: Final = 1.25
_QUICK: Final = 0.6
_STEP: Final = 1.5
_OVER: Final = 1.25  # a whole part more is better than most of it less


@dataclasses.dataclass(slots=True)
class Size:
    """How many exchanges a look may take, learned from the looks so far.

    Attributes:
        rows: at present.
        most: what memory allows.
        target_s: how long a look should take.
    """

    rows: int
    most: int
    target_s: float

    @classmethod
    def within(cls, memory_gib: float, target_s: float) -> Size:
        """To begin with, for so much memory."""
        most = max(LEAST_ROWS, int(memory_gib * 2**30 / _BYTES_PER_ROW))
        return cls(min(4 * LEAST_ROWS, most), most, target_s)

    def learn(self, judged: int, seconds: float, *, all_of_it: bool) -> None:
        """Take in how long a look took.

        Args:
            judged: exchanges in the window.
            seconds: what it took.
            all_of_it: the window held everything there was.
        """
        if seconds > _TOO_SLOW * self.target_s:
            self.rows = max(LEAST_ROWS, int(judged * self.target_s / seconds))
        elif seconds < _QUICK * self.target_s and not all_of_it:
            self.rows = min(self.most, int(max(self.rows, judged) * _STEP))


def newest(parts: tuple[Part, ...], rows: int) -> tuple[Part, ...]:
    """The parts that arrived last, with about so many rows in all but never none."""
    taken = 0
    for place in range(len(parts) - 1, -1, -1):
        taken += parts[place].rows
        if taken > _OVER * rows and place + 1 < len(parts):
            return parts[place + 1 :]
    return parts


def of_parts(store: Store, parts: tuple[Part, ...]) -> Store:
    """A view of the store that has these parts only; for reading."""
    return Store(store.path, msgspec.structs.replace(store.manifest, parts=parts))


class History:
    """Earlier traffic as a frame, loaded again only when it is another.

    Args:
        baseline: folder of a store that the operator named; None to use the node's own.
    """

    def __init__(self, baseline: Path | None) -> None:
        self._baseline = Store.open(baseline) if baseline is not None else None
        self._frame: frames.Frame | None = None
        self._names: tuple[str, ...] = ()

    def before(self, store: Store, window: tuple[Part, ...]) -> frames.Frame | None:
        """What the site's customers did before the window; None where nothing is old enough to tell."""
        if self._baseline is not None:
            source, parts = self._baseline, newest(self._baseline.manifest.parts, _HISTORY_ROWS)
        else:
            limit = min((part.first_ts for part in window), default=0) - _HISTORY_GAP_US
            inside = {part.name for part in window}
            old = tuple(p for p in store.manifest.parts if p.name not in inside and p.last_ts < limit)
            source, parts = store, newest(old, _HISTORY_ROWS)
            if self._frame is not None and parts and self._stale_little(parts):
                return self._frame
        names = tuple(part.name for part in parts)
        if names != self._names:
            self._frame = frames.load(of_parts(source, parts)) if parts else None
            self._names = names
        return self._frame

    def _stale_little(self, parts: tuple[Part, ...]) -> bool:
        """Whether most of what is loaded would be loaded again."""
        have = set(self._names)
        return sum(part.rows for part in parts if part.name in have) * 2 > sum(part.rows for part in parts)
