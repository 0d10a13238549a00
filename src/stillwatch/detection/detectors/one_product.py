"""One product behind it: the commonest innocent explanation.

**Sees**: whether the linked exchanges come from one organisation, carry one system prompt, or bring tools as agents do.

**Innocent look-alikes**: this detector speaks for innocence; a campaign run inside one organisation is a
contract matter that the organisation's owner can be asked about.

**Evaded by**: a campaign that gives all its accounts one organisation, or one system prompt copied from a
public client. So the weight is bounded and the exemption register, not this detector, clears a product for
good.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Finding, Tables, percent

if TYPE_CHECKING:
    import ibis


class OneProduct:
    """Share of the leading organisation and system prompt."""

    name = "one_product"
    title = "One organisation or product"
    level = "campaign"
    aspect = "product"
    needs = frozenset({"organization_id"})
    references = ("Wrongly accused in public: CI review loops, agent orchestration, code review services",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Share of accounts in the largest organisation; share of exchanges with the commonest system prompt."""
        t = tables.demand
        keys = ["checkpoint", "candidate"]
        orgs = t.group_by([*keys, t.organization_id.cast("string").name("org")]).agg(k=t.account.nunique())
        orgs = orgs.mutate(k=orgs.org.notnull().ifelse(orgs.k, 0))
        top_org = orgs.group_by(keys).agg(top_org=orgs.k.max())
        prompts = t.group_by([*keys, "system"]).agg(k=t.count())
        prompts = prompts.mutate(k=prompts.system.notnull().ifelse(prompts.k, 0))
        top_prompt = prompts.group_by(keys).agg(top_prompt=prompts.k.max())
        size = tables.by_candidate().agg(
            members=t.account.nunique(), n=t.count(), tooled=t.tools.notnull().cast("float64").mean()
        )
        return size.inner_join(top_org, keys).inner_join(top_prompt, keys)

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """Organisation first, then system prompt, then tools."""
        org = row["top_org"] / row["members"]
        prompt = row["top_prompt"] / row["n"]
        if org >= 0.5:
            return Finding(
                -8 - 20 * (org - 0.5), f"{percent(org)} of its accounts belong to one organisation"
            )
        if prompt >= 0.5:
            return Finding(
                -11 * prompt, f"{percent(prompt)} of its requests carry one and the same system prompt"
            )
        if float(row["tooled"]) >= 0.5:
            return Finding(-6.0, f"{percent(float(row['tooled']))} of its requests offer tools, as agents do")
        return None


DETECTOR = OneProduct()
