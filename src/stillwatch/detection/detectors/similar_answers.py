"""Accounts that all get answers of the same length.

**Sees**: how much the linked accounts differ in the usual length of their answers. One queue asks for one shape of
answer; people who share a tool ask for what they need.

**Innocent look-alikes**: a tool that always returns the same form.

**Evaded by**: asking each account for another length, which costs either training value or tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    from stillwatch.detection.contract import Tables


class SimilarAnswers:
    """Answers of one length."""

    name = "similar_answers"
    title = "Answers of one length"
    level = "campaign"
    aspect = "content"
    rises = False
    needs = frozenset({"output_tokens"})
    references = ("Extraction campaigns ask for one shape of answer: OWASP LLM10:2025",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Standard deviation over members of their mean binary logarithm of output tokens; from five on."""
        m = tables.members
        out = tables.members_by_candidate().agg(
            spread=m.answer_bits.std(how="pop"), members=m.answer_bits.count()
        )
        return out.mutate(figure=(out.members >= 5).ifelse(out.spread, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """By what factor accounts differ."""
        return f"its accounts' usual answers differ in length by a factor of {2.0 ** row['figure']:.1f}"


DETECTOR = SimilarAnswers()
