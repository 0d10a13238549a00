"""One system prompt behind it: one product.

**Sees**: the share of the linked exchanges that carry the commonest system prompt among them.

**Innocent look-alikes**: this detector speaks for innocence; the maker of the product can be asked.

**Evaded by**: one system prompt for all, copied from a public client; so the weight is bounded, and the register of
known apps, not this detector, clears a product for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Tables, percent

if TYPE_CHECKING:
    import ibis


class OneSystemPrompt:
    """One system prompt."""

    name = "one_system_prompt"
    title = "One system prompt"
    level = "campaign"
    aspect = "product"
    rises = False
    shaped_at_will = True
    needs = frozenset({"messages"})
    references = ("Wrongly accused in public: CI review loops, agent orchestration, code review services",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Share of exchanges with the commonest system prompt; null where none has one."""
        t = tables.demand
        told = t.filter(t.system.notnull())
        prompts = told.group_by("checkpoint", "candidate", "system").agg(k=told.count())
        top = prompts.group_by("checkpoint", "candidate").agg(top=prompts.k.max())
        both = tables.by_candidate().agg(n=t.count()).inner_join(top, ["checkpoint", "candidate"])
        return both.mutate(figure=both.top / both.n)

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The share."""
        return f"{percent(row['figure'])} of its requests carry one and the same system prompt"


DETECTOR = OneSystemPrompt()
