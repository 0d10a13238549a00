"""When exchanges happen: sessions through the week, turns within a session."""

from __future__ import annotations

import dataclasses
import functools
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]

_HOUR_MS: Final = 3_600_000
_HOURS: Final[dict[str, tuple[float, ...]]] = {
    "waking": (2, 1, 0.5, 0.3, 0.3, 0.6, 2, 4, 6, 7, 7, 7, 6, 7, 7, 7, 7, 8, 9, 10, 10, 9, 7, 4),
    "office": (0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 1, 4, 9, 10, 10, 9, 6, 8, 10, 10, 9, 6, 3, 1.5, 1, 1, 0.5, 0.2),
    "evening": (4, 2, 1, 0.4, 0.2, 0.2, 0.5, 1, 2, 2, 3, 3, 4, 4, 4, 5, 6, 7, 9, 11, 12, 11, 9, 6),
    "night": (10, 10, 9, 9, 9, 8, 5, 2, 0.5, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.3, 0.5, 1, 2, 4, 7, 9, 10, 10),
    "flat": (1,) * 24,
    "nightly": (0, 3, 12, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0),
    "consumer": (3, 2, 1.5, 1, 1, 1.5, 3, 5, 6, 7, 7, 8, 8, 7, 7, 7, 8, 9, 10, 10, 9, 8, 6, 4),
}


class Arrivals(Protocol):
    """Times of requests that were recorded or are drawn as such."""

    def draw(self, gen: np.random.Generator, count: int, start: int, end: int) -> Times:
        """So many times (ms) within a span, in order."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class Rhythm:
    """How a stream spreads over time.

    Attributes:
        hours: name of the share of sessions per local hour.
        weekend: activity on Saturday and Sunday against a weekday.
        turns: mean exchanges in a session.
        gap: median seconds between exchanges of a session.
        spread: standard deviation of the logarithm of the gap.
        starts: where given, sessions start at these times (ms) instead.
        jitter: standard deviation in seconds around the given starts.
        arrivals: where given, every exchange stands alone and comes when these say.
    """

    hours: str = "waking"
    weekend: float = 0.8
    turns: float = 3.0
    gap: float = 70.0
    spread: float = 0.8
    starts: tuple[int, ...] = ()
    jitter: float = 0.0
    arrivals: Arrivals | None = None


@functools.lru_cache(maxsize=4096)
def _demand(
    hours: str, weekend: float, offset: float, start: int, end: int
) -> tuple[Times, npt.NDArray[np.float64]]:
    """Hour edges of a span and the cumulative share of sessions that have started by each."""
    first, last = start // _HOUR_MS, -(-end // _HOUR_MS)
    edges = np.arange(first, last + 1, dtype=np.int64)
    local = edges[:-1] + int(offset)
    weekday = (local // 24 + 3) % 7  # 1970 began on a Thursday
    weights = np.asarray(_HOURS[hours])[local % 24] * np.where(weekday >= 5, weekend, 1.0)
    weights = np.maximum(weights, 1e-9)
    total = np.concatenate(([0.0], np.cumsum(weights)))
    return edges * _HOUR_MS, total / total[-1]


def times(
    gen: np.random.Generator, rhythm: Rhythm, count: int, start: int, end: int, offset: float
) -> tuple[Times, Times, Times]:
    """Exactly ``count`` exchanges: time (ms), session number and turn, in order of time."""
    if rhythm.arrivals is not None:
        found = rhythm.arrivals.draw(gen, count, start, end)
        return found, np.arange(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    guess = int(count / rhythm.turns * 1.6) + 8
    sizes = gen.geometric(min(1.0, 1.0 / rhythm.turns), guess)
    while sizes.sum() < count:
        sizes = np.concatenate((sizes, gen.geometric(min(1.0, 1.0 / rhythm.turns), guess)))
    ends = np.cumsum(sizes)
    sessions = int(np.searchsorted(ends, count)) + 1
    sizes = sizes[:sessions].copy()
    sizes[-1] -= int(ends[sessions - 1]) - count
    begins = _starts(gen, rhythm, sessions, start, end, offset)
    number = np.repeat(np.arange(sessions, dtype=np.int64), sizes)
    firsts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    turn = np.arange(count, dtype=np.int64) - firsts[number]
    gaps = gen.lognormal(np.log(rhythm.gap * 1000.0), rhythm.spread, count)
    gaps[firsts] = 0.0
    run = np.cumsum(gaps)
    within = run - run[firsts][number]
    lengths = within[firsts + sizes - 1]
    room = np.maximum(end - begins - 1, 1)
    late = lengths > room
    if late.any():  # a session that would outlast the window starts earlier, or is squeezed if longer than it
        begins = np.where(late, np.maximum(start, end - 1 - lengths.astype(np.int64)), begins)
        squeeze = np.minimum(1.0, np.maximum(end - begins - 1, 1) / np.maximum(lengths, 1.0))
        within = within * squeeze[number]
    stamps = np.clip(begins[number] + within.astype(np.int64), start, end - 1)
    order = np.argsort(stamps, kind="stable")
    return stamps[order], number[order], turn[order]


def _starts(
    gen: np.random.Generator, rhythm: Rhythm, count: int, start: int, end: int, offset: float
) -> Times:
    if rhythm.starts:
        given = np.asarray(rhythm.starts, dtype=np.int64)
        given = given[(given >= start) & (given < end)]
        if len(given):
            chosen = given[gen.integers(0, len(given), count)]
            moved = chosen + (np.abs(gen.normal(0.0, rhythm.jitter * 1000.0 + 1.0, count))).astype(np.int64)
            return np.sort(np.clip(moved, start, end - 1))
    edges, share = _demand(rhythm.hours, rhythm.weekend, offset, start, end)
    found = np.interp(np.sort(gen.random(count)), share, edges.astype(np.float64))
    return np.clip(found.astype(np.int64), start, end - 1)
