"""Ninety days in which campaigns that have time take it."""

from __future__ import annotations

from stillwatch.range.campaigns import families_of, family
from stillwatch.range.kinds import Kind
from stillwatch.range.spec import WorldSpec, planned, sized

ABOUT = "90 days, 6,000 accounts, campaigns that take months over a few exchanges for each account"
_ACCOUNTS = 6000


def spec(accounts: int | None, split: str) -> WorldSpec:
    """Slow and hidden families, and one that grades, each at a leisurely pace."""
    wanted = accounts or _ACCOUNTS
    size = wanted / _ACCOUNTS
    kinds = (Kind.SLOW, Kind.HIDDEN, Kind.GRADING)
    campaigns = tuple(
        sized(planned(name, split), size) for name in families_of(split) if family(name).KIND in kinds
    )
    return WorldSpec(wanted, round(600_000 * size), 90, campaigns)
