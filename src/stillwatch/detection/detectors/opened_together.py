"""Accounts opened on the same days as each other.

**Sees**: how often two of the linked accounts were opened on one day, against two accounts of the site.

**Innocent look-alikes**: a course's first day, a company that signs its staff up, a promotion.

**Evaded by**: opening or buying accounts one by one over months.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import ibis

from stillwatch.detection.contract import Tables, percent

_ROOM: Final = 1e-4


class OpenedTogether:
    """Opened on the same days."""

    name = "opened_together"
    title = "Opened on the same days"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"account_created_at"})
    references = (
        "Ianus, Yuan et al. CCS 2019",
        "Clustering of accounts by time of registration: Xiao, Freeman and Hwa, AISec 2015",
    )

    def measure(self, tables: Tables) -> ibis.Table:
        """Logarithm of the chance that two members were opened on one day, against two of the site; from five on."""
        m = tables.members
        opened = m.filter(m.created.notnull()).mutate(day=m.created.date())
        days = opened.group_by("checkpoint", "candidate", "day").agg(k=opened.count())
        pairs = days.group_by("checkpoint", "candidate").agg(
            same=(days.k * (days.k - 1)).sum(), members=days.k.sum()
        )
        both = pairs.inner_join(tables.sites, "checkpoint")
        ours = both.same / (both.members * (both.members - 1)).cast("float64").nullif(0.0)
        ratio = ((ours + 0.5 * both.same_day + _ROOM) / (1.5 * both.same_day + _ROOM)).ln()
        return both.mutate(ours=ours, figure=(both.members >= 5).ifelse(ratio, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """Both chances."""
        ours, site = percent(row["ours"]), percent(row["same_day"])
        return f"two of its accounts were opened on one day with a chance of {ours} (site {site})"


DETECTOR = OpenedTogether()
