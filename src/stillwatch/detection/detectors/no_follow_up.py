"""Nobody reads the answers: no second question, no reaction.

**Sees**: the share of the linked exchanges that are the first and only turn, against the site's.

**Innocent look-alikes**: pipelines, batch jobs and one-shot apps never follow up either; the weight is small.

**Evaded by**: a scripted second turn, which doubles the cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Tables, percent


class NoFollowUp:
    """No follow-up questions."""

    name = "no_follow_up"
    title = "No follow-up questions"
    level = "campaign"
    aspect = "content"
    rises = True
    shaped_at_will = True
    needs = frozenset({"messages"})
    references = ("Google Threat Intelligence, Feb 2026 (programmatic coercion of reasoning traces)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Share of exchanges with one user message, less the site's; from 20 on."""
        t, s = tables.demand, tables.traffic
        single = (t.user_messages <= 1).cast("float64")
        ours = tables.by_candidate().agg(single=single.mean(), n=single.count())
        both = ours.inner_join(tables.site_mean(base=(s.user_messages <= 1).cast("float64")), "checkpoint")
        return both.mutate(figure=(both.n >= 20).ifelse(both.single - both.base, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """Both shares."""
        return f"{percent(row['single'])} of its requests are a first and only turn (site {percent(row['base'])})"


DETECTOR = NoFollowUp()
