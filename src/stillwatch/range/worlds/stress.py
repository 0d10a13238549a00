"""One campaign of thousands of accounts and many of five, which must not hide one another."""

from __future__ import annotations

import dataclasses

from stillwatch.range.campaigns import families_of
from stillwatch.range.knobs import changed
from stillwatch.range.spec import WorldSpec, one_of_each, planned
from stillwatch.range.tactics import MIXED

ABOUT = "14 days, 20,000 accounts, one campaign of 5,000 accounts and forty of five"
_ACCOUNTS = 20_000
_SMALL = 40


def spec(accounts: int | None, split: str) -> WorldSpec:
    """The large campaign and the number of small ones grow and shrink with the accounts."""
    wanted = accounts or _ACCOUNTS
    size = wanted / _ACCOUNTS
    name = families_of(split)[0]
    large = planned(name, split, accounts=max(3, round(5000 * size)), exchanges=15, dilution=0.3)
    each = one_of_each(split, (MIXED,), 1.0)
    small = [
        dataclasses.replace(plan, knobs=changed(plan.knobs, {"accounts": 5, "exchanges": 60, "churn": 0.0}))
        for plan in (each[index % len(each)] for index in range(max(2, round(_SMALL * size))))
    ]
    return WorldSpec(wanted, round(800_000 * size), 14, (large, *small))
