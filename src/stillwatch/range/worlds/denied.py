"""Fourteen days with a campaign of every family, none of which shares an address, a payment or an age with itself.

The easy fields give nothing away: every account is bought with a past and has an address and a means of payment of its
own. How campaigns word, time and dilute what they ask stays as in the standard world.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.range.knobs import changed
from stillwatch.range.worlds import standard

if TYPE_CHECKING:
    from stillwatch.range.spec import WorldSpec

ABOUT = (
    "14 days, 12,000 accounts, a campaign of every family, from bought accounts with addresses of their own"
)
_DENIED: Final = {"infrastructure": "unique", "age": "aged", "place": "own"}


def spec(accounts: int | None, split: str) -> WorldSpec:
    """The standard world's campaigns without the easy fields."""
    usual = standard.spec(accounts, split)
    campaigns = tuple(
        dataclasses.replace(plan, knobs=changed(plan.knobs, _DENIED)) for plan in usual.campaigns
    )
    return dataclasses.replace(usual, campaigns=campaigns)
