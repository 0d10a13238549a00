"""A combination of phrases that the site's earlier customers did not send.

**Sees**: the share of the history's accounts that sent exchanges holding the same template, against the share that
sends them now. Single phrases are everybody's; a harvest brings its own combination.

**Innocent look-alikes**: an app launched last week, a new course, a new integration, a trend: all new, none of them a
harvest. So novelty alone never suffices; a template that was there before speaks strongly against a campaign.

**Evaded by**: a template borrowed from a popular public prompt, or a harvest that began before the history did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Finding, Tables, clamp, decibans, percent

if TYPE_CHECKING:
    import ibis


class Novelty:
    """How new the shared template is to this site."""

    name = "novelty"
    title = "New to this site"
    level = "campaign"
    aspect = "content"
    needs = frozenset({"messages"})
    references = ("Stolfo et al., anomaly detection by n-grams against a site's own history",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Share of accounts now and in the history."""
        t = tables.candidates
        return t.select("checkpoint", "candidate", "share", "earlier")

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """No evidence where nothing earlier tells."""
        if row["earlier"] is None:
            return None
        now, earlier = float(row["share"]), float(row["earlier"])
        return Finding(
            clamp(decibans((now + 2e-4) / (earlier + 2e-4)) - 6, -15, 4),
            f"{percent(earlier)} of the site's earlier accounts sent such requests, {percent(now)} do now",
        )


DETECTOR = Novelty()
