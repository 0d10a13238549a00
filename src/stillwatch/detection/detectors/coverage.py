"""One wide pool that every account draws from, instead of each person's own few subjects.

**Sees**: how much likelier two of the linked exchanges are to share topic words when the same account sent both.
People and products come back to their own subjects; accounts that sweep one pool evenly are interchangeable.

**Innocent look-alikes**: users of a quiz, translation or grading app who never meet the same subject twice.

**Evaded by**: giving each account its own field or language, so that each looks like a person with a subject.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Tables, times


class Coverage:
    """Sweeps one wide pool evenly."""

    name = "coverage"
    title = "Sweeps one wide pool evenly"
    level = "campaign"
    aspect = "content"
    rises = False
    needs = frozenset({"messages"})
    references = ("PRADA, Juuti et al. 2019, arXiv 1805.02628 (distribution of queries)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Natural logarithm of sharing of topic words within accounts against between accounts."""
        t = tables.candidates
        known = (t.exchanges >= 30) & t.own_topics.notnull()
        figure = known.ifelse(t.own_topics.clip(lower=0.1).ln(), ibis.null("float64"))
        return t.select("checkpoint", "candidate", figure=figure)

    def sentence(self, row: Mapping[str, Any]) -> str:
        """How many times the others' topics."""
        ratio = times(math.exp(row["figure"]))
        return f"an account repeats its own topics {ratio} as often as it repeats the others'"


DETECTOR = Coverage()
