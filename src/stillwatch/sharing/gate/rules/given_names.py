"""Names follow from ids; nobody chooses one."""

from __future__ import annotations

from stillwatch.sharing.gate.rules.contract import Asked, Part, Rule
from stillwatch.sharing.stix.campaigns import given_name


def _check(asked: Asked) -> str | None:
    return None if asked.obj["name"] == given_name(asked.obj["id"]) else "name"


RULE = Rule(
    "given-names",
    frozenset({"campaign", "infrastructure"}),
    "it has to be the type and the first eight digits of the id",
    "A name is free text.",
    _check,
    Part.ANYTHING,
)
