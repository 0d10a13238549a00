"""An indicator is valid for one of a few fixed lengths."""

from __future__ import annotations

from stillwatch.core.weeks import LIFETIMES, week_number
from stillwatch.sharing.gate.rules.contract import Asked, Rule


def _check(asked: Asked) -> str | None:
    end = week_number(asked.obj["valid_until"][:10])
    last = week_number(asked.own["last_week"])
    if end is None or last is None or end - last - 1 not in LIFETIMES:
        return "valid_until"
    return None


RULE = Rule(
    "regular-lifetimes",
    frozenset({"indicator"}),
    f"validity ends {', '.join(map(str, LIFETIMES[:-1]))} or {LIFETIMES[-1]} weeks after the end of the last week",
    "A free choice of an end date can carry a number.",
    _check,
)
