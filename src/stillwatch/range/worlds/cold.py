"""A site that has just opened: everybody is new, there is no time before, the campaigns are there at once."""

from __future__ import annotations

import dataclasses

from stillwatch.range.knobs import changed
from stillwatch.range.spec import WorldSpec, one_of_each
from stillwatch.range.tactics import CAMOUFLAGED, MIXED, PLAIN

ABOUT = "3 days, 6,000 accounts, a site that has just opened: nobody has a past, attackers included"
_ACCOUNTS = 6000


def spec(accounts: int | None, split: str) -> WorldSpec:
    """The campaigns grow and shrink with the accounts and begin in the first hours."""
    wanted = accounts or _ACCOUNTS
    size = wanted / _ACCOUNTS
    campaigns = [
        dataclasses.replace(plan, knobs=changed(plan.knobs, {"start": 0.05, "cover": "own"}))
        for plan in one_of_each(split, (PLAIN, MIXED, CAMOUFLAGED), size * 0.4)
    ]
    return WorldSpec(wanted, round(240_000 * size), 3, tuple(campaigns), opening=True)
