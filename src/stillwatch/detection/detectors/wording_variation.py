"""Reworded on purpose, or the same sentence every time.

**Sees**: what share of the demand's phrases one exchange holds on average. An app sends its template whole each time; a
campaign that rewords to escape notice holds a different part of its phrases in each exchange.

**Innocent look-alikes**: people who write freely about one subject vary as much, so the weight is bounded.

**Evaded by**: one fixed template, which other detectors see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Finding, Tables, clamp, percent

if TYPE_CHECKING:
    import ibis


class WordingVariation:
    """How much of the shared wording one exchange holds."""

    name = "wording_variation"
    title = "Reworded on purpose"
    level = "campaign"
    aspect = "content"
    needs = frozenset({"messages"})
    references = ("Paraphrase as evasion: CerberusAI, arXiv 2606.03381",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Mean share of the demand's phrases per exchange."""
        t = tables.candidates
        return t.select("checkpoint", "candidate", "wording", "exchanges", "grams")

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """No evidence for demands of few phrases."""
        if row["exchanges"] < 20 or row["grams"] < 8:
            return None
        share = float(row["wording"])
        return Finding(
            clamp((0.72 - share) * 14, -3, 3),
            f"one request holds {percent(share)} of the phrases that link its accounts",
        )


DETECTOR = WordingVariation()
