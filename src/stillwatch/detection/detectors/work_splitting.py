"""One pool of work, divided: the same kind of request, hardly ever the same request.

**Sees**: the share of the linked exchanges in which every longer clause was also sent, word for word, by three or more
accounts. Accounts that draw from one pool without replacement hardly ever repeat each other's payload.

**Innocent look-alikes**: apps whose users bring their own text also repeat little, so not repeating weighs little;
repeating, as evaluation harnesses, course assignments and canned prompts do, weighs much, towards innocence.

**Evaded by**: sending every item from several accounts, which multiplies the cost of the harvest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Finding, Tables, clamp, percent

if TYPE_CHECKING:
    import ibis


class WorkSplitting:
    """Whether the accounts divide work or repeat it."""

    name = "work_splitting"
    title = "Work divided without repeats"
    level = "campaign"
    aspect = "content"
    needs = frozenset({"messages"})
    references = ("Anthropic, disclosure of 23 Feb 2026", "MITRE ATLAS AML.T0024.002")

    def measure(self, tables: Tables) -> ibis.Table:
        """Share of exchanges that hold nothing of their own."""
        t = tables.demand
        return tables.by_candidate().agg(repeated=t.verbatim.cast("float64").mean(), n=t.verbatim.count())

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """No evidence from fewer than ten exchanges with clauses."""
        if row["n"] < 10 or row["repeated"] is None:
            return None
        repeated = float(row["repeated"])
        if repeated <= 0.12:
            return Finding(
                2.5, f"{percent(1 - repeated)} of its requests hold text that no two other accounts sent"
            )
        return Finding(
            clamp(2.5 - (repeated - 0.12) * 45, -18, 2.5),
            f"{percent(repeated)} of its requests repeat, word for word, what other accounts sent",
        )


DETECTOR = WorkSplitting()
