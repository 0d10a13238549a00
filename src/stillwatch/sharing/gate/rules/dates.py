"""The day an object was made on is a real and recent one."""

from __future__ import annotations

import datetime
import functools

from stillwatch.sharing.gate.rules.contract import EVERYTHING, Asked, Rule


def _check(asked: Asked) -> str | None:
    created, modified = asked.obj["created"], asked.obj["modified"]
    today = asked.situation.today.toordinal()
    made = _day(created[:10])
    if not today - 7 * asked.policy.weeks_back <= made <= today + 1:
        return "created"
    if modified != created and (modified < created or not made <= _day(modified[:10]) <= today + 1):
        return "modified"
    return None


@functools.lru_cache(maxsize=4096)
def _day(text: str) -> int:
    """Days since 1 January 0001; 0 where there is no such day."""
    try:
        return datetime.date.fromisoformat(text).toordinal()
    except ValueError:
        return 0


RULE = Rule(
    "recent-dates",
    EVERYTHING,
    "it has to be a real day of the recent past, and no version is older than the object",
    "Dates are replaced by the hub; an odd one is a sign that something was to be carried.",
    _check,
)
