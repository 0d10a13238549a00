"""Phrases that the site's earlier customers did not use.

**Sees**: the mean novelty, in bits, of the phrases that link the accounts: how much more common they are now than in
the site's earlier traffic. A harvest brings its own wording.

**Innocent look-alikes**: an app launched last week, a new course, a new integration, a trend: all new, none of them a
harvest. So novelty alone never suffices; wording that was there before speaks strongly against a campaign.

**Evaded by**: wording borrowed from popular public prompts, or a harvest that began before the history did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Finding, Tables, clamp


class Novelty:
    """How new the shared wording is to this site."""

    name = "novelty"
    title = "New to this site"
    level = "campaign"
    needs = frozenset({"messages"})
    references = ("Stolfo et al., anomaly detection by n-grams against a site's own history",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Newness and whether there was a history to compare with."""
        t = tables.candidates
        return t.select("checkpoint", "candidate", "newness", "has_history")

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """No evidence without a history."""
        if not row["has_history"]:
            return None
        bits = float(row["newness"])
        times = min(2.0**bits, 9999)
        return Finding(
            clamp((bits - 4.5) * 1.6, -15, 6),
            f"its phrases are {times:.0f} times as common as in the site's earlier traffic",
        )


DETECTOR = Novelty()
