"""Accounts that look human one by one and like one machine together.

**Sees**: how flat the union of the linked exchanges is over the hours of the day and the days it was active, as a
share of perfectly even. People sleep, and weekends differ; a queue does not.

**Innocent look-alikes**: communities spread over all time zones are flat too, and 52 of 294 real heavy clients are
flat around the clock, so the weight is small.

**Evaded by**: following office hours, at the price of throughput.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Tables, percent


class CollectiveRhythm:
    """Runs around the clock together."""

    name = "collective_rhythm"
    title = "Runs around the clock together"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"ts"})
    references = (
        "Anthropic, disclosure of 23 Feb 2026 (synchronised traffic)",
        "ServeGen, arXiv 2505.09999",
    )

    def measure(self, tables: Tables) -> ibis.Table:
        """Entropy of the hour of day of the demand's exchanges, in bits; from 100 exchanges on."""
        t = tables.demand
        hours = t.group_by("checkpoint", "candidate", hour=t.ts.hour()).agg(n=t.count())
        entropy = hours.group_by("checkpoint", "candidate").agg(
            n=hours.n.sum(), log_sum=(hours.n * hours.n.cast("float64").log2()).sum()
        )
        bits = entropy.n.cast("float64").log2() - entropy.log_sum / entropy.n
        return entropy.mutate(figure=(entropy.n >= 100).ifelse(bits, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """As a share of perfectly even."""
        return f"together the accounts fill the day to {percent(min(1.0, 2.0 ** row['figure'] / 24))} of perfectly even"


DETECTOR = CollectiveRhythm()
