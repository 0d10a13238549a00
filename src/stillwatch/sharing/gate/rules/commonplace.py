"""What thousands of honest customers share is no indicator."""

from __future__ import annotations

from stillwatch.core.indicator import IndicatorKind
from stillwatch.sharing.gate.rules.contract import Asked, Part, Rule


def _check(asked: Asked) -> str | None:
    common = asked.policy.common
    if common is not None and common(IndicatorKind(asked.own["kind"]), asked.own["value"]):
        return "extension.value"
    return None


RULE = Rule(
    "warninglist",
    frozenset({"indicator"}),
    "it stands on a warninglist of values that many honest customers share",
    "An indicator for a cloud, a university or a carrier would point at competitors' customers, not at a campaign.",
    _check,
    Part.ANYTHING,
)
