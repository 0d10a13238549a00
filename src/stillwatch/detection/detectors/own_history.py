"""Accounts that exist for this, or that suddenly changed to it.

**Sees**: the share of the linked accounts that were opened within 14 days before their first such request or, where
the log does not say when an account was opened, that the site's history does not know, or that were first met a day
or more into the log; against the same share of the site.

**Innocent look-alikes**: everyone who signs up for a new app is new; a trial user does one thing only.

**Evaded by**: bought or aged accounts, and mixing in other traffic; then it gives no evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Tables, percent


class OwnHistory:
    """Opened for this, or new to the site."""

    name = "own_history"
    title = "Opened for this, or new to the site"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"account_id"})
    references = ("Ianus, Yuan et al. CCS 2019 (sign-up bursts)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Share of members younger than 14 days at their first such exchange, less the site's; from five on."""
        m, s = tables.members, tables.traffic
        young = _young(m["first"], m.created, m.newcomer)
        ours = tables.members_by_candidate().agg(young=young.mean(), members=young.count())
        base = tables.site_mean(base=_young(s.ts, s.account_created_at, s.newcomer))
        both = ours.inner_join(base, "checkpoint")
        return both.mutate(figure=(both.members >= 5).ifelse(both.young - both.base, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """Both shares."""
        ours, site = percent(row["young"]), percent(row["base"])
        return f"{ours} of its accounts were new to the site when they began (all traffic: {site})"


def _young(begin: Any, created: Any, newcomer: Any) -> Any:
    """1 for a fresh account, 0 for an old one, null where nothing tells."""
    by_age = (begin.epoch_seconds() - created.epoch_seconds() < 14 * 86400).cast("float64")
    return by_age.coalesce(newcomer.cast("float64"))


DETECTOR = OwnHistory()
