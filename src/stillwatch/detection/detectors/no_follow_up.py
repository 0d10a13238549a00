"""Nobody reads the answers: no second question, no reaction.

**Sees**: the share of the linked exchanges that are the first and only turn, against the site's.

**Innocent look-alikes**: pipelines, batch jobs and one-shot apps never follow up either; the weight is small.

**Evaded by**: a scripted second turn, which doubles the cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Finding, Tables, clamp, percent

if TYPE_CHECKING:
    import ibis


class NoFollowUp:
    """Share of single-turn exchanges."""

    name = "no_follow_up"
    title = "No follow-up questions"
    level = "campaign"
    aspect = "content"
    needs = frozenset({"messages"})
    references = ("Google Threat Intelligence, Feb 2026 (programmatic coercion of reasoning traces)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Share of exchanges with one user message."""
        t, s = tables.demand, tables.traffic
        single = (t.user_messages <= 1).cast("float64")
        ours = tables.by_candidate().agg(single=single.mean(), n=t.count())
        return ours.inner_join(tables.site_mean(base=(s.user_messages <= 1).cast("float64")), "checkpoint")

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """Follow-ups speak for people more than their absence speaks for machines."""
        if row["n"] < 20 or row["single"] is None:
            return None
        single, base = float(row["single"]), float(row["base"])
        if abs(single - base) < 0.02:
            return None
        return Finding(
            clamp((single - base) * (4 if single > base else 24), -12, 2),
            f"{percent(single)} of its requests are a first and only turn (site {percent(base)})",
        )


DETECTOR = NoFollowUp()
