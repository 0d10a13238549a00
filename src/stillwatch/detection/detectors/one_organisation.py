"""One organisation behind it: the commonest innocent explanation.

**Sees**: the share of the linked accounts that belong to the largest organisation among them.

**Innocent look-alikes**: this detector speaks for innocence; a campaign run inside one organisation is a contract
matter that the organisation's owner can be asked about.

**Evaded by**: giving all accounts one organisation, whose owner is then known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Tables, percent

if TYPE_CHECKING:
    import ibis


class OneOrganisation:
    """One organisation."""

    name = "one_organisation"
    title = "One organisation"
    level = "campaign"
    aspect = "product"
    rises = False
    needs = frozenset({"organization_id"})
    references = ("Wrongly accused in public: CI review loops, agent orchestration, code review services",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Share of members in the largest organisation; null where none has one."""
        m = tables.members
        owned = m.filter(m.organization.notnull())
        sizes = owned.group_by("checkpoint", "candidate", "organization").agg(k=owned.count())
        top = sizes.group_by("checkpoint", "candidate").agg(top=sizes.k.max())
        both = (
            tables.members_by_candidate().agg(members=m.count()).inner_join(top, ["checkpoint", "candidate"])
        )
        return both.mutate(figure=both.top / both.members)

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The share."""
        return f"{percent(row['figure'])} of its accounts belong to one organisation"


DETECTOR = OneOrganisation()
