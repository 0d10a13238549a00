"""An indicator describes at least k accounts, or there is none."""

from __future__ import annotations

from stillwatch.core.indicator import CountClass
from stillwatch.sharing.gate.rules.contract import DATED, Asked, Part, Rule


def _check(asked: Asked) -> str | None:
    held = asked.own.get("accounts", CountClass.MORE) in asked.policy.large_enough
    return None if held else "extension.accounts"


RULE = Rule(
    "k-anonymity",
    DATED,
    "it describes too few accounts to be told",
    "What describes a handful of accounts can describe a customer.",
    _check,
    Part.SKELETON,
)
