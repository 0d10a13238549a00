"""Accounts that were opened long ago, never did anything, and are all awake now.

**Sees**: the share of the linked accounts that were opened before the site's earlier traffic begins and that none of it
knows. Accounts for sale are opened ahead and left to ripen; whoever buys them wakes them together.

**Innocent look-alikes**: people who signed up early and come back for a new product or course: half of its users may be
such people, hardly all of them, so a share counts by what is missing to all.

**Evaded by**: accounts that were in use until they were sold, or fresh ones, which other detectors see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Tables, percent


class DormantAccounts:
    """Old accounts awake at once."""

    name = "dormant_accounts"
    title = "Old accounts awake at once"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"account_created_at"})
    references = ("Ianus, Yuan et al. CCS 2019 (accounts kept for later use)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Natural logarithm of members to those that did not sleep; from five of known age on, with a history."""
        m = tables.members.inner_join(tables.sites, "checkpoint")
        told = m.created.notnull() & m.earlier_from.notnull()
        slept = told.ifelse((m.newcomer & (m.created < m.earlier_from)).cast("float64"), ibis.null("float64"))
        ours = m.group_by("checkpoint", "candidate").agg(slept=slept.sum(), known=slept.count())
        odds = ((ours.known + 1) / (ours.known - ours.slept + 0.5)).ln()
        return ours.mutate(figure=(ours.known >= 5).ifelse(odds, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The share."""
        share = percent(row["slept"] / row["known"])
        return f"{share} of its accounts were opened before the earlier traffic and silent in all of it"


DETECTOR = DormantAccounts()
