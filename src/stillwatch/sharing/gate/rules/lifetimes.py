"""An indicator is valid for one of a few fixed lengths."""

from __future__ import annotations

import functools

from stillwatch.core.weeks import LIFETIMES, valid_until, week_number
from stillwatch.sharing.gate.rules.contract import Asked, Part, Rule
from stillwatch.sharing.stix.moments import midnight


def _check(asked: Asked) -> str | None:
    return None if asked.obj["valid_until"] in _ends(asked.own["last_week"]) else "valid_until"


@functools.lru_cache(maxsize=4096)
def _ends(last_week: str) -> frozenset[str]:
    """The timestamps at which validity may end; none where it is no week."""
    if week_number(last_week) is None:
        return frozenset()
    return frozenset(midnight(valid_until(last_week, weeks)) for weeks in LIFETIMES)


RULE = Rule(
    "regular-lifetimes",
    frozenset({"indicator"}),
    f"validity ends {', '.join(map(str, LIFETIMES[:-1]))} or {LIFETIMES[-1]} weeks after the end of the last week",
    "A free choice of an end date can carry a number.",
    _check,
    Part.SKELETON,
)
