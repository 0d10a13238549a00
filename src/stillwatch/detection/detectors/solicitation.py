"""Asking for answers that are shaped to train on.

**Sees**: how many of the linked exchanges ask for full reasoning, hidden thinking, rubric scores, rewrites, fixed
output frames, variants or dataset items, in some twelve languages, against how many of the site's exchanges do.

**Innocent look-alikes**: tutors ask for steps, judges for scores, pipelines for JSON. The weight is therefore
bounded, and asking for one kind weighs less than asking for several at once.

**Evaded by**: asking plainly and extracting the reasoning from follow-up questions, or wording outside the phrase
lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Tables, percent

if TYPE_CHECKING:
    import ibis


class Solicitation:
    """Asks for training-shaped answers."""

    name = "solicitation"
    title = "Asks for training-shaped answers"
    level = "campaign"
    aspect = "content"
    rises = True
    needs = frozenset({"messages"})
    references = (
        "Google Threat Intelligence, Feb 2026 (reasoning-trace coercion)",
        "OWASP LLM10:2025",
    )

    def measure(self, tables: Tables) -> ibis.Table:
        """Kinds per exchange and exchanges with several, each against the site's: sum of natural logarithms."""
        t = tables.demand
        ours = tables.by_candidate().agg(
            kinds=_kinds(t.solicited).mean(), several=(_kinds(t.solicited) >= 2).cast("float64").mean()
        )
        s = tables.traffic
        base = tables.site_mean(
            base=_kinds(s.solicited), base_several=(_kinds(s.solicited) >= 2).cast("float64")
        )
        both = ours.inner_join(base, "checkpoint")
        more = (both.kinds + 0.15) / (both.base + 0.15)
        return both.mutate(figure=more.ln() + ((both.several + 0.1) / (both.base_several + 0.1)).ln())

    def sentence(self, row: Mapping[str, Any]) -> str:
        """How much an exchange asks for, and how many ask for several."""
        ours, site = percent(row["several"]), percent(row["base_several"])
        return (
            f"its requests ask for {row['kinds']:.2g} training-shaped things on average (site {row['base']:.2g}), "
            f"{ours} for several (site {site})"
        )


def _kinds(mask: Any) -> Any:
    """How many of the telling kinds a mask holds."""
    total: Any = 0
    for bit in (1, 2, 4, 8, 32, 64, 128, 256, 2048):
        total = total + (mask.cast("int64") & bit).cast("bool").cast("int64")
    return total


DETECTOR = Solicitation()
