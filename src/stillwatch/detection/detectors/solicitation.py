"""Asking for answers that are shaped to train on.

**Sees**: how many of the linked exchanges ask for full reasoning, hidden thinking, rubric scores, rewrites,
fixed output frames, variants or dataset items, in some twelve languages, against how many of the site's
exchanges do.

**Innocent look-alikes**: tutors ask for steps, judges for scores, pipelines for JSON. The weight is therefore bounded,
and asking for one kind weighs less than asking for several at once.

**Evaded by**: asking plainly and extracting the reasoning from follow-up questions, or wording outside the
phrase lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Finding, Tables, clamp, decibans, percent

if TYPE_CHECKING:
    import ibis


class Solicitation:
    """Demand for training-shaped answers."""

    name = "solicitation"
    title = "Asks for training-shaped answers"
    level = "campaign"
    aspect = "content"
    needs = frozenset({"messages"})
    references = ("Google Threat Intelligence, Feb 2026 (reasoning-trace coercion)", "OWASP LLM10:2025")

    def measure(self, tables: Tables) -> ibis.Table:
        """Share of exchanges with two or more kinds, in the demand and on the site."""
        t = tables.demand
        ours = tables.by_candidate().agg(
            strong=_kinds(t.solicited).mean(), several=(_kinds(t.solicited) >= 2).cast("float64").mean()
        )
        s = tables.traffic
        base = tables.site_mean(
            base=_kinds(s.solicited), base_several=(_kinds(s.solicited) >= 2).cast("float64")
        )
        return ours.inner_join(base, "checkpoint")

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """Ratio of kinds per exchange and of exchanges that ask for several, each damped."""
        if row["strong"] is None:
            return None
        ours, base = float(row["strong"]), float(row["base"])
        several, base_several = float(row["several"]), float(row["base_several"])
        weight = 0.6 * decibans((ours + 0.15) / (base + 0.15)) + 0.6 * decibans(
            (several + 0.1) / (base_several + 0.1)
        )
        return Finding(
            clamp(weight, -7, 9),
            f"{percent(several)} of its requests ask for several training-shaped things (site {percent(base_several)})",
        )


def _kinds(mask: Any) -> Any:
    """How many of the telling kinds a mask holds."""
    total: Any = 0
    for bit in (1, 2, 4, 8, 32, 64, 128, 256, 2048):
        total = total + (mask.cast("int64") & bit).cast("bool").cast("int64")
    return total


DETECTOR = Solicitation()
