"""An indicator describes at least k accounts, or there is none."""

from __future__ import annotations

from stillwatch.sharing.gate.rules.contract import DATED, Asked, Rule


def _check(asked: Asked) -> str | None:
    accounts = asked.own.get("accounts")
    if accounts is not None and accounts not in asked.policy.large_enough:
        return "extension.accounts"
    return None


RULE = Rule(
    "k-anonymity",
    DATED,
    "it describes too few accounts to be told",
    "What describes a handful of accounts can describe a customer.",
    _check,
)
