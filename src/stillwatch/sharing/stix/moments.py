"""Days and weeks as STIX timestamps: midnight, so that a time of day can say nothing."""

from __future__ import annotations

from typing import Final

_MIDNIGHT: Final = "T00:00:00.000Z"


def midnight(day: str) -> str:
    """The beginning of a day, ``YYYY-MM-DD``, as a STIX timestamp."""
    return day + _MIDNIGHT


def day_of(timestamp: str) -> str:
    """The day of a STIX timestamp, ``YYYY-MM-DD``."""
    return timestamp[:10]
