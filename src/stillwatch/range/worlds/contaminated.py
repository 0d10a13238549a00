"""A site where two fifths of all exchanges are sent by members of campaigns."""

from __future__ import annotations

from stillwatch.range.spec import WorldSpec, one_of_each
from stillwatch.range.tactics import CAMOUFLAGED, MIXED

ABOUT = "14 days, 12,000 accounts, 40 % of all exchanges from members of campaigns"
SHARE = 0.4
_ACCOUNTS = 12_000


def spec(accounts: int | None, split: str) -> WorldSpec:
    """As many exchanges as make the campaigns' part the wanted share."""
    wanted = accounts or _ACCOUNTS
    campaigns = one_of_each(split, (MIXED, CAMOUFLAGED), 2 * wanted / _ACCOUNTS)
    theirs = sum(plan.knobs.accounts * plan.knobs.exchanges / (1 - plan.knobs.dilution) for plan in campaigns)
    return WorldSpec(wanted, round(theirs / SHARE), 14, tuple(campaigns))
