"""Whatever follows from something else is spelt in the one way that follows."""

from __future__ import annotations

from stillwatch.sharing.gate.rules.contract import EVERYTHING, Asked, Rule
from stillwatch.sharing.stix.campaigns import given_name
from stillwatch.sharing.stix.values import pattern


def _check(asked: Asked) -> str | None:
    obj, own, kind, _, _ = asked
    if kind == "indicator":
        return None if obj["pattern"] == pattern(own["kind"], own["value"]) else "pattern"
    if "name" in obj and obj["name"] != given_name(obj["id"]):
        return "name"
    return None


RULE = Rule(
    "one-spelling",
    EVERYTHING,
    "it has to follow from the other fields",
    "A name beside an id, or a pattern beside a value, could carry something; derived fields leave no choice.",
    _check,
)
