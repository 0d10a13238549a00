"""Four times as many new apps, courses, trends and integrations as usual, and only a few campaigns."""

from __future__ import annotations

from stillwatch.range.personas import personas
from stillwatch.range.spec import WorldSpec, one_of_each
from stillwatch.range.tactics import CAMOUFLAGED, MIXED

ABOUT = "14 days, 12,000 accounts, four times the usual honest newcomers, three campaigns"
_ACCOUNTS = 12_000
_TIMES = 4.0


def spec(accounts: int | None, split: str) -> WorldSpec:
    """The campaigns grow and shrink with the accounts."""
    wanted = accounts or _ACCOUNTS
    size = wanted / _ACCOUNTS
    campaigns = one_of_each(split, (MIXED, CAMOUFLAGED), size)[:3]
    shares = {name: persona.SHARE * _TIMES for name, persona in personas().items() if persona.NEW}
    return WorldSpec(wanted, round(600_000 * size), 14, tuple(campaigns), shares)
