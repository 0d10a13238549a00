"""One wide pool that every account draws from, instead of each person's own few subjects.

**Sees**: how much likelier two of the linked exchanges are to share topic words when the same account sent both. People
and products come back to their own subjects; accounts that sweep one pool evenly are interchangeable.

**Innocent look-alikes**: users of a quiz, translation or grading app who never meet the same subject twice.

**Evaded by**: giving each account its own field or language, so that each looks like a person with a subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Finding, Tables, clamp, decibans

if TYPE_CHECKING:
    import ibis


class Coverage:
    """Whether accounts have subjects of their own."""

    name = "coverage"
    title = "Sweeps one wide pool evenly"
    level = "campaign"
    aspect = "content"
    needs = frozenset({"messages"})
    references = ("PRADA, Juuti et al. 2019, arXiv 1805.02628 (distribution of queries)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Sharing of topic words within accounts against between accounts."""
        t = tables.candidates
        return t.select("checkpoint", "candidate", "own_topics", "exchanges")

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """No evidence from fewer than 30 exchanges or where the two cannot be compared."""
        if row["exchanges"] < 30 or row["own_topics"] is None:
            return None
        ratio = max(float(row["own_topics"]), 0.1)
        return Finding(
            clamp(3.0 - 0.8 * decibans(ratio), -4, 3),
            f"an account repeats its own topics {ratio:.1f} times as often as it repeats the others'",
        )


DETECTOR = Coverage()
