"""How long things took: the median with an interval that holds whatever the distribution, and the quartiles."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable
from typing import Any, Final

from scipy.special import bdtr

_CONFIDENCE: Final = 0.95


@dataclasses.dataclass(frozen=True, slots=True)
class Spread:
    """Times in seconds.

    Attributes:
        count: how many there are.
        median: None where there are none; so are the others.
        low: lower end of the median's two-sided 95 % interval; None where there are too few for one.
        high: its upper end.
        lower: first quartile.
        upper: third quartile.
    """

    count: int
    median: float | None = None
    low: float | None = None
    high: float | None = None
    lower: float | None = None
    upper: float | None = None

    def as_json(self) -> dict[str, Any]:
        """For programs, in whole seconds."""
        return {
            field.name: None if (value := getattr(self, field.name)) is None else round(value)
            for field in dataclasses.fields(self)
        }


def spread_of(values: Iterable[float]) -> Spread:
    """The spread of some times.

    The interval is between order statistics (H. A. David and H. N. Nagaraja, *Order Statistics*, 2003, section
    7.1): the number of values below the true median is binomial, so no shape is assumed. Below six there is none.
    """
    ordered = sorted(values)
    count = len(ordered)
    if not count:
        return Spread(0)
    rank = next(k for k in range(count + 1) if bdtr(k, count, 0.5) > (1 - _CONFIDENCE) / 2)
    low, high = (ordered[rank - 1], ordered[count - rank]) if rank > 0 else (None, None)
    return Spread(
        count, _quantile(ordered, 0.5), low, high, _quantile(ordered, 0.25), _quantile(ordered, 0.75)
    )


def _quantile(ordered: list[float], share: float) -> float:
    """Between the two nearest values, by how near each is."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def seconds_between(start: str, end: str) -> float:
    """Seconds from one time to another (RFC 3339)."""
    return (dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(start)).total_seconds()
