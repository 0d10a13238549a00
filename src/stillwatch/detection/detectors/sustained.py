"""Accounts that keep at it for as long as it lasts.

**Sees**: for how much of the whole time an account sends such requests, from its first to its last. People try an app
and leave; a worker stays while there is work.

**Innocent look-alikes**: a tool for everyday work.

**Evaded by**: taking turns: each account works for a short while, so more accounts are needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Tables, percent


class Sustained:
    """Busy with it all the time."""

    name = "sustained"
    title = "Busy with it all the time"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"ts"})
    references = ("Anthropic, disclosure of 23 Feb 2026 (sustained, coordinated volume)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Mean time between a member's first and last request against that between the first and last of all."""
        m = tables.members
        begin, end = (m[name].epoch_seconds().cast("float64") for name in ("first", "last"))
        out = tables.members_by_candidate().agg(
            mean=(end - begin).mean(), whole=end.max() - begin.min(), members=m.count()
        )
        known = (out.members >= 5) & (out.whole >= 86400)
        return out.mutate(figure=known.ifelse(out["mean"] / out.whole, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The share of time."""
        return f"its accounts send such requests over {percent(row['figure'])} of the whole time, on average"


DETECTOR = Sustained()
