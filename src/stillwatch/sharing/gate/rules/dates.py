"""The day an object was made on is a real and recent one."""

from __future__ import annotations

import datetime
import functools
import re
from typing import Final

from stillwatch.sharing.gate.rules.contract import EVERYTHING, Asked, Part, Rule, weeks_back

_FORM: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00:00\.00\dZ", re.ASCII)
"""Midnight; the last digit counts versions within a day."""


def _check(asked: Asked) -> str | None:
    obj, _, _, _, situation = asked
    return _wrong(obj["created"], obj["modified"], situation.today, weeks_back(asked))


@functools.lru_cache(maxsize=4096)
def _wrong(created: str, modified: str, today: datetime.date, back: int) -> str | None:
    latest = today.toordinal() + 1
    made = _day(created)
    if not latest - 7 * back <= made <= latest:
        return "created"
    return "modified" if modified < created or not made <= _day(modified) <= latest else None


def _day(timestamp: str) -> int:
    """Days since 1 January 0001; 0 where there is no such day."""
    form = _FORM.fullmatch(timestamp)
    try:
        return datetime.date.fromisoformat(form[1]).toordinal() if form else 0
    except ValueError:
        return 0


RULE = Rule(
    "recent-dates",
    EVERYTHING,
    "it has to be midnight of a real day of the recent past, and no version is older than the object",
    "Dates are replaced by the hub; an odd one is a sign that something was to be carried.",
    _check,
    Part.SKELETON,
)
