"""An indicator's pattern follows from its kind and value."""

from __future__ import annotations

from stillwatch.sharing.gate.rules.contract import Asked, Part, Rule
from stillwatch.sharing.stix.values import pattern


def _check(asked: Asked) -> str | None:
    own = asked.own
    return None if asked.obj["pattern"] == pattern(own["kind"], own["value"]) else "pattern"


RULE = Rule(
    "one-spelling",
    frozenset({"indicator"}),
    "it has to follow from kind and value, letter by letter",
    "A pattern can be written in many ways, and can hold comments; a derived one leaves no choice.",
    _check,
    Part.VALUE,
)
