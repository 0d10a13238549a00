"""Accounts that look human one by one and like one machine together.

**Sees**: how flat the union of the linked exchanges is over the hours of the day and the days it was active, as a
share of perfectly even. People sleep, and weekends differ; a queue does not.

**Innocent look-alikes**: communities spread over all time zones are flat too, and 52 of 294 real heavy clients are flat
around the clock, so the weight is small.

**Evaded by**: following office hours, at the price of throughput.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Finding, Tables, clamp

if TYPE_CHECKING:
    import ibis


class CollectiveRhythm:
    """Flatness of the union over the day."""

    name = "collective_rhythm"
    title = "Runs around the clock together"
    level = "campaign"
    aspect = "coordination"
    needs = frozenset({"ts"})
    references = ("Anthropic, disclosure of 23 Feb 2026 (synchronised traffic)", "ServeGen, arXiv 2505.09999")

    def measure(self, tables: Tables) -> ibis.Table:
        """Entropy of the hour of day of the demand's exchanges, in bits."""
        t = tables.demand
        hours = t.group_by("checkpoint", "candidate", hour=t.ts.hour()).agg(n=t.count())
        entropy = hours.group_by("checkpoint", "candidate").agg(
            n=hours.n.sum(), log_sum=(hours.n * hours.n.cast("float64").log2()).sum()
        )
        return entropy.mutate(bits=entropy.n.cast("float64").log2() - entropy.log_sum / entropy.n)

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """No evidence from fewer than 200 exchanges."""
        if row["n"] < 200:
            return None
        flat = 2.0 ** float(row["bits"]) / 24
        if flat < 0.9:
            return None
        return Finding(
            clamp((flat - 0.9) * 25, 0, 2.5),
            f"together the accounts fill the day to {percent_of_day(flat)} of perfectly even",
        )


def percent_of_day(flat: float) -> str:
    """Evenness as people read it."""
    return f"{100 * min(flat, 1.0):.0f} %"


DETECTOR = CollectiveRhythm()
