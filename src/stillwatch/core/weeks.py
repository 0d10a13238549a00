"""Time as it may leave a lab: whole weeks, named by their Monday, and lifetimes of a few fixed lengths."""

from __future__ import annotations

import datetime
import functools
from typing import Final

WEEK: Final = datetime.timedelta(weeks=1)

LIFETIMES: Final = (4, 8, 13, 26)
"""How many weeks after the last week an indicator may be valid for; no other length says anything useful."""


def week_of(moment: datetime.date) -> str:
    """Monday of the week that a day (or a moment, taken in UTC) lies in, as ``YYYY-MM-DD``."""
    if isinstance(moment, datetime.datetime):
        moment = moment.astimezone(datetime.UTC).date()
    return (moment - datetime.timedelta(days=moment.weekday())).isoformat()


def valid_until(last_week: str, weeks: int = 13) -> str:
    """The Monday on which something last seen in ``last_week`` stops counting.

    Args:
        last_week: a Monday, ``YYYY-MM-DD``.
        weeks: one of ``LIFETIMES``, counted from the end of the last week.

    Raises:
        ValueError: no such lifetime, or not a Monday.
    """
    if weeks not in LIFETIMES:
        raise ValueError(f"a lifetime is one of {LIFETIMES} weeks")
    if (number := week_number(last_week)) is None:
        raise ValueError(f"{last_week!r} is not a Monday")
    return _monday(number + 1 + weeks)


@functools.lru_cache(maxsize=4096)
def week_number(text: str) -> int | None:
    """Weeks since Monday 1 January 0001; None where the text is not a Monday as ``YYYY-MM-DD``."""
    try:
        day = datetime.date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    if day.isoformat() != text or day.weekday() != 0:
        return None
    return (day.toordinal() - 1) // 7


def _monday(number: int) -> str:
    return datetime.date.fromordinal(number * 7 + 1).isoformat()
