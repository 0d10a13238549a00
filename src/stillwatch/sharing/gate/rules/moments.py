"""The moments that STIX asks for are the beginnings of the weeks that are told anyway."""

from __future__ import annotations

from typing import Final

from stillwatch.sharing.gate.rules.contract import DATED, Asked, Part, Rule
from stillwatch.sharing.stix.moments import midnight

_FOLLOWS: Final = {
    "indicator": (("valid_from", "first_week"),),
    "sighting": (("first_seen", "week"), ("last_seen", "week")),
    "campaign": (("first_seen", "first_week"), ("last_seen", "last_week")),
    "infrastructure": (("first_seen", "first_week"), ("last_seen", "last_week")),
}


def _check(asked: Asked) -> str | None:
    obj, own, kind, _, _ = asked
    for field, week in _FOLLOWS[kind]:
        if obj[field] != midnight(own[week]):
            return field
    return None


RULE = Rule(
    "moments-are-weeks",
    DATED,
    "it has to be midnight of the Monday that the extension names",
    "A second time beside the week could carry a time of day, or another day.",
    _check,
    Part.SKELETON,
)
