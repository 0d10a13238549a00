"""Accounts that are all put to use.

**Sees**: how much the linked accounts send in all, in the usual account, against the site's. Of those who try an app
most hardly come back; an account that was paid for is used.

**Innocent look-alikes**: heavy users of one professional tool.

**Evaded by**: spreading the work over many more accounts, each of which has to be paid for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Tables, times


class BusyAccounts:
    """Accounts kept busy."""

    name = "busy_accounts"
    title = "Accounts kept busy"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"account_id"})
    references = ("Anthropic, disclosure of 23 Feb 2026 (24,000 accounts, 16 million exchanges)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Mean natural logarithm of all exchanges of a member, less that of the site's accounts; from five on."""
        m = tables.members
        ours = tables.members_by_candidate().agg(
            mean=m.all_exchanges.cast("float64").ln().mean(), members=m.count()
        )
        both = ours.inner_join(tables.sites, "checkpoint")
        return both.mutate(
            figure=(both.members >= 5).ifelse(both["mean"] - both.volume, ibis.null("float64"))
        )

    def sentence(self, row: Mapping[str, Any]) -> str:
        """How many times the site's usual."""
        return f"its accounts usually send {times(math.exp(row['figure']))} what an account of the site does"


DETECTOR = BusyAccounts()
