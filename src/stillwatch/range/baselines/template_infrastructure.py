"""Template and shared infrastructure: do accounts send one template from one place?

**Looks at** accounts that send the same template from the same address or with the same payment: the rule that a
trust and safety team writes first.

**As used here**: a template is the first eight words, the last eight words, or the system prompt. Accounts that
share a template *and* an address or a payment are joined, unless more than a cap of them do (a network or a
product) or all of them belong to one organisation. The score is the size of the cluster.

**Known to miss** attackers with clean infrastructure, and to accuse offices and courses behind one address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.range.baselines.contract import Knobs, Scores, choices, defaults, whole
from stillwatch.range.baselines.pairs import Incidence, components, incidence, mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic


class TemplateInfrastructure:
    """One template from one place."""

    name = "template_infrastructure"
    title = "Template and shared infrastructure"
    references = (
        "the common practice of linking on templates and shared addresses and payments",
        "as an attribute graph of accounts: Ianus, Yuan et al., CCS 2019",
    )
    about = "Joins accounts that share a prompt template and an address or payment, and scores the cluster's size."
    knobs = defaults(cap=100, least=2)
    grid = choices(cap=(20, 100, 400), least=(1, 3))
    learns = False
    single = False

    def judge(self, traffic: Traffic, knobs: Knobs) -> Scores:
        """Accounts in the cluster; NaN for accounts that share nothing."""
        cap, least = whole(knobs, "cap"), whole(knobs, "least")
        accounts, columns = len(traffic.accounts), traffic.identifiers
        parts = [
            _mixed_ownership(
                incidence(traffic.account, mixed(columns[template], columns[place]), least).shared(cap),
                traffic,
            )
            for template in ("opening", "closing", "system")
            for place in ("address", "payment")
        ]
        label = components(accounts, parts)
        size = np.bincount(label)[label]
        return Scores(
            np.where(size > 1, size, np.nan).astype(np.float64),
            np.where(size > 1, label, -1).astype(np.int32),
        )


def _mixed_ownership(part: Incidence, traffic: Traffic) -> Incidence:
    """Without things that only accounts of one organisation share."""
    owner = np.zeros(len(traffic.accounts), np.uint64)
    owner[traffic.account] = traffic.identifiers["organization"]
    theirs: NDArray[np.uint64] = owner[part.account]
    lowest = np.full(part.things, np.iinfo(np.uint64).max, np.uint64)
    highest = np.zeros(part.things, np.uint64)
    np.minimum.at(lowest, part.thing, theirs)
    np.maximum.at(highest, part.thing, theirs)
    kept = ((lowest != highest) | (lowest == 0))[part.thing]
    return Incidence(part.account[kept], part.thing[kept], part.things)


BASELINE = TemplateInfrastructure()
