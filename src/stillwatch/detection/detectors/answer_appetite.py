"""Answers longer than a reader would want.

**Sees**: output tokens per exchange of the demand against the same accounts' other traffic and the site's.

**Innocent look-alikes**: writers of long documents and users of reasoning models; output above input is normal there,
so the weight is small.

**Evaded by**: capping the answer's length, which loses training value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Tables, times


class AnswerAppetite:
    """Long answers wanted."""

    name = "answer_appetite"
    title = "Long answers wanted"
    level = "campaign"
    aspect = "content"
    rises = True
    shaped_at_will = True
    needs = frozenset({"output_tokens"})
    references = ("Extraction campaigns want long answers: OWASP LLM10:2025, model extraction",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Mean binary logarithm of output tokens in the demand, less the site's; from 20 measured answers on."""
        t, s = tables.demand, tables.traffic
        ours = tables.by_candidate().agg(bits=_bits(t.output_tokens).mean(), n=t.output_tokens.count())
        both = ours.inner_join(tables.site_mean(base=_bits(s.output_tokens)), "checkpoint")
        return both.mutate(figure=(both.n >= 20).ifelse(both.bits - both.base, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """How many times the site's usual length."""
        return f"its answers are {times(2.0 ** row['figure'])} as long as the site's usual"


def _bits(tokens: Any) -> Any:
    return (tokens.cast("float64") + 1).log2()


DETECTOR = AnswerAppetite()
