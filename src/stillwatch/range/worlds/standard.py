"""Fourteen days with a campaign of every family of the split, from no disguise to a good one."""

from __future__ import annotations

from stillwatch.range.spec import WorldSpec, one_of_each
from stillwatch.range.tactics import CAMOUFLAGED, MIXED, PLAIN

ABOUT = "14 days, 12,000 accounts, a campaign of every family, from naive to well hidden"
_ACCOUNTS = 12_000


def spec(accounts: int | None, split: str) -> WorldSpec:
    """The campaigns grow and shrink with the accounts."""
    wanted = accounts or _ACCOUNTS
    size = wanted / _ACCOUNTS
    campaigns = one_of_each(split, (PLAIN, MIXED, MIXED, CAMOUFLAGED), size)
    return WorldSpec(wanted, round(640_000 * size), 14, tuple(campaigns))
