"""One pool of work, divided: the same kind of request, hardly ever the same request.

**Sees**: the share of the linked exchanges in which every longer clause was also sent, word for word, by three or
more accounts. Accounts that draw from one pool without replacement hardly ever repeat each other's payload.

**Innocent look-alikes**: apps whose users bring their own text also repeat little, so not repeating weighs little;
repeating, as evaluation harnesses, course assignments and canned prompts do, weighs much, towards innocence.

**Evaded by**: sending every item from several accounts, which multiplies the cost of the harvest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Tables, percent


class WorkSplitting:
    """Work divided without repeats."""

    name = "work_splitting"
    title = "Work divided without repeats"
    level = "campaign"
    aspect = "content"
    rises = False
    needs = frozenset({"messages"})
    references = (
        "Anthropic, disclosure of 23 Feb 2026",
        "MITRE ATLAS AML.T0024.002",
    )

    def measure(self, tables: Tables) -> ibis.Table:
        """Share of exchanges that hold nothing of their own; from ten with clauses on."""
        t = tables.demand
        out = tables.by_candidate().agg(repeated=t.verbatim.cast("float64").mean(), n=t.verbatim.count())
        return out.mutate(figure=(out.n >= 10).ifelse(out.repeated, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """Whichever share is the larger."""
        repeated = row["figure"]
        if repeated <= 0.5:
            return f"{percent(1 - repeated)} of its requests hold text that no two other accounts sent"
        return f"{percent(repeated)} of its requests repeat, word for word, what other accounts sent"


DETECTOR = WorkSplitting()
