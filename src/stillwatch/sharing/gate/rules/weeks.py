"""Time is told in whole weeks of the recent past."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from stillwatch.core.weeks import week_number
from stillwatch.sharing.gate.rules.contract import DATED, Asked, Part, Rule, weeks_back

if TYPE_CHECKING:
    import datetime


def _check(asked: Asked) -> str | None:
    _, own, kind, _, situation = asked
    back = weeks_back(asked)
    if kind == "sighting":
        held = _in_order(own["week"], own["week"], situation.today, back)
        return None if held == _BOTH else "extension.week"
    held = _in_order(own["first_week"], own["last_week"], situation.today, back)
    return None if held == _BOTH else ("extension.first_week", "extension.last_week")[held]


_BOTH = 2


@functools.lru_cache(maxsize=4096)
def _in_order(first: str, last: str, today: datetime.date, back: int) -> int:
    """How many of the two hold, in order."""
    this = (today.toordinal() - 1) // 7
    number = week_number(first)
    if number is None or not this - back <= number <= this:
        return 0
    later = week_number(last)
    return 1 if later is None or not number <= later <= this else _BOTH


RULE = Rule(
    "regular-weeks",
    DATED,
    "a week is named by its Monday, lies in the recent past, and the first is not after the last",
    "An exact time tells about a customer's traffic; a far or odd date can stand for any number.",
    _check,
    Part.SKELETON,
)
