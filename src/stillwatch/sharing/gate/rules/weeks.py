"""Time is told in whole weeks of the recent past."""

from __future__ import annotations

from stillwatch.core.weeks import week_number
from stillwatch.sharing.gate.rules.contract import DATED, Asked, Rule


def _check(asked: Asked) -> str | None:
    own = asked.own
    this = (asked.situation.today.toordinal() - 1) // 7
    earliest = this - asked.policy.weeks_back
    previous = earliest
    for field in ("week",) if asked.kind == "sighting" else ("first_week", "last_week"):
        number = week_number(own[field])
        if number is None or not previous <= number <= this:
            return f"extension.{field}"
        previous = number
    return None


RULE = Rule(
    "regular-weeks",
    DATED,
    "a week is named by its Monday, lies in the recent past, and the first is not after the last",
    "An exact time tells about a customer's traffic; a far or odd date can stand for any number.",
    _check,
)
