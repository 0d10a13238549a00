"""Reworded on purpose, or the same sentence every time.

**Sees**: what share of the demand's phrases one exchange holds on average. An app sends its template whole each time;
a campaign that rewords to escape notice holds a different part of its phrases in each exchange.

**Innocent look-alikes**: people who write freely about one subject vary as much, so the weight is bounded.

**Evaded by**: one fixed template, which other detectors see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Tables, percent


class WordingVariation:
    """Reworded on purpose."""

    name = "wording_variation"
    title = "Reworded on purpose"
    level = "campaign"
    aspect = "content"
    rises = False
    needs = frozenset({"messages"})
    references = ("Paraphrase as evasion: CerberusAI, arXiv 2606.03381",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Median share of the demand's phrases that one exchange holds; for demands of eight phrases or more."""
        t = tables.candidates
        known = (t.exchanges >= 20) & (t.grams >= 8)
        return t.select("checkpoint", "candidate", figure=known.ifelse(t.wording, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The share."""
        return f"one request holds {percent(row['figure'])} of the phrases that link its accounts"


DETECTOR = WordingVariation()
