"""Accounts that harvest alone, in the sizes and dilutions of a published test of single accounts.

Each attack account is a campaign of its own with exactly 100, 500 or 1,500 exchanges in all, as in the
account-level two-sample test of arXiv 2606.05725, and 0 to 95 % of them are honest.
"""

from __future__ import annotations

from stillwatch.range.campaigns import families_of, family
from stillwatch.range.kinds import Kind
from stillwatch.range.spec import Planned, WorldSpec, planned
from stillwatch.range.tactics import CAMOUFLAGED, MIXED, tactics_of

ABOUT = "14 days, 750 accounts: single harvesters of 100, 500 or 1,500 exchanges, 0 to 95 % diluted"
SIZES = (100, 500, 1500)
DILUTIONS = (0.0, 0.25, 0.5, 0.75, 0.9, 0.95)
_ACCOUNTS = 750
_EACH = 8
_HONEST = 560  # exchanges of an honest account on average, so that many fill the largest window


def spec(accounts: int | None, split: str) -> WorldSpec:
    """As many accounts of every size and dilution as there is room for."""
    wanted = accounts or _ACCOUNTS
    each = max(1, round(_EACH * wanted / _ACCOUNTS))
    kinds = (Kind.TEMPLATE, Kind.GRADING, Kind.NO_TEMPLATE)
    names = [name for name in families_of(split) if family(name).KIND in kinds]
    hidden = (*tactics_of(split, MIXED), *tactics_of(split, CAMOUFLAGED))
    free = [
        name for name in hidden if name not in {getattr(family(n), "TACTIC", "") for n in families_of(split)}
    ]
    campaigns: list[Planned] = []
    for size in SIZES:
        for dilution in DILUTIONS:
            for _ in range(each):
                index = len(campaigns)
                campaigns.append(
                    planned(
                        names[index % len(names)],
                        split,
                        free[index % len(free)],
                        accounts=1,
                        exchanges=max(1, round(size * (1 - dilution))),
                        dilution=dilution,
                        spread=0.0,
                        churn=0.0,
                        start=0.05,
                    )
                )
    harvest = sum(SIZES) * len(DILUTIONS) * each
    honest = max(wanted - len(campaigns), 0) * _HONEST
    return WorldSpec(wanted, harvest + honest, 14, tuple(campaigns))
