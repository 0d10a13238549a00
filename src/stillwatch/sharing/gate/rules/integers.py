"""Numbers are integers: ``80.0`` and ``80`` are equal to a schema, and the difference is a hidden bit."""

from __future__ import annotations

from stillwatch.sharing.gate.rules.contract import DATED, Asked, Part, Rule


def _check(asked: Asked) -> str | None:
    field = "count" if asked.kind == "sighting" else "confidence"
    return None if type(asked.obj.get(field, 0)) is int else field


RULE = Rule(
    "integers-only",
    DATED,
    "a number is written as an integer",
    "One number can be written in many ways (80, 80.0, 8e1); which one is chosen can carry something.",
    _check,
    Part.SKELETON,
)
