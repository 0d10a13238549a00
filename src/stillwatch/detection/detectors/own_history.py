"""Accounts that exist for this, or that suddenly changed to it.

**Sees**: the share of the linked accounts that were opened within 14 days before their first such request or, where the
log does not say when an account was opened, that the site's history does
not know, or that were first met a day or more into the log; against the same share of the site.

**Innocent look-alikes**: everyone who signs up for a new app is new; a trial user does one thing only.

**Evaded by**: bought or aged accounts, and mixing in other traffic; then it gives no evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Finding, Tables, clamp, percent

if TYPE_CHECKING:
    import ibis


class OwnHistory:
    """Fresh accounts at the time of their first request of the demand."""

    name = "own_history"
    title = "Opened for this, or changed to it"
    level = "campaign"
    aspect = "coordination"
    needs = frozenset({"account_id"})
    references = ("Ianus, Yuan et al. CCS 2019 (sign-up bursts)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Share of accounts younger than 14 days at their first exchange of the demand; the site's share."""
        t = tables.demand
        first = t.group_by("checkpoint", "candidate", "account").agg(
            begin=t.ts.min(), created=t.account_created_at.min(), newcomer=t.newcomer.cast("float64").max()
        )
        ours = first.mutate(young=_young(first.begin, first.created, first.newcomer))
        ours = ours.group_by("checkpoint", "candidate").agg(
            young=ours.young.mean(), members=ours.young.count()
        )
        s = tables.traffic
        base = _young(s.ts, s.account_created_at, s.newcomer.cast("float64"))
        return ours.inner_join(tables.site_mean(base=base), "checkpoint")

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """Only young accounts are evidence; old ones are none."""
        if row["members"] < 5 or row["young"] is None:
            return None
        young, base = float(row["young"]), float(row["base"])
        if young <= base + 0.05:
            return None
        return Finding(
            clamp((young - base) * 10, 0, 7),
            f"{percent(young)} of its accounts were new to the site when they began (all traffic: {percent(base)})",
        )


def _young(begin: Any, created: Any, newcomer: Any) -> Any:
    """1 for a fresh account, 0 for an old one, null where nothing tells."""
    by_age = (begin.epoch_seconds() - created.epoch_seconds() < 14 * 86400).cast("float64")
    return by_age.coalesce(newcomer)


DETECTOR = OwnHistory()
