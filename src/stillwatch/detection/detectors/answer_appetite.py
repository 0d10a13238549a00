"""Answers longer than a reader would want.

**Sees**: output tokens per exchange of the demand against the same accounts' other traffic and the site's.

**Innocent look-alikes**: writers of long documents and users of reasoning models; output above input is normal there,
so the weight is small.

**Evaded by**: capping the answer's length, which loses training value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Finding, Tables, clamp

if TYPE_CHECKING:
    import ibis


class AnswerAppetite:
    """How much answer is asked for."""

    name = "answer_appetite"
    title = "Long answers wanted"
    level = "campaign"
    aspect = "content"
    needs = frozenset({"output_tokens"})
    references = ("Extraction campaigns want long answers: OWASP LLM10:2025, model extraction",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Mean log2 of output tokens in the demand and on the site."""
        t, s = tables.demand, tables.traffic
        ours = tables.by_candidate().agg(bits=_bits(t.output_tokens).mean(), n=t.output_tokens.count())
        return ours.inner_join(tables.site_mean(base=_bits(s.output_tokens)), "checkpoint")

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """No evidence from fewer than 20 measured answers."""
        if row["n"] < 20 or row["bits"] is None:
            return None
        ratio = 2.0 ** (float(row["bits"]) - float(row["base"]))
        return Finding(
            clamp((float(row["bits"]) - float(row["base"])) * 3.0, -4, 4.5),
            f"its answers are {ratio:.1f} times as long as the site's usual",
        )


def _bits(tokens: Any) -> Any:
    return (tokens.cast("float64") + 1).log2()


DETECTOR = AnswerAppetite()
