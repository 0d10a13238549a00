"""A sighting's count is zero where it is no confirmation, and absent where it is one."""

from __future__ import annotations

from stillwatch.sharing.gate.rules.contract import Asked, Part, Rule


def _check(asked: Asked) -> str | None:
    return "count" if ("count" in asked.obj) is (asked.own["kind"] == "seen") else None


RULE = Rule(
    "no-exact-counts",
    frozenset({"sighting"}),
    "it is 0 for what is wrong or out of date and absent for what was seen",
    "How often something was seen is a volume.",
    _check,
    Part.SKELETON,
)
