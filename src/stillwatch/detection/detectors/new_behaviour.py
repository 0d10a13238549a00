"""A way of using the API that the site's earlier accounts did not have.

**Sees**: whether the accounts that stand nearest to a crew are of now or of the history, against how many accounts each
has. Hired accounts do what nobody did before; honest custom looks much as it did last week.

**Innocent look-alikes**: a new app, a new course, a new model everybody moves to.

**Evaded by**: behaving as known customers do, or having begun before the history did.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Tables, times

if TYPE_CHECKING:
    import ibis


class NewBehaviour:
    """Behaviour that is new here."""

    name = "new_behaviour"
    title = "Behaviour that is new here"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"account_id"})
    references = ("Henze, Annals of Statistics 1988 (two-sample test by nearest neighbours)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Mean natural logarithm of the odds ratio; null without a history, and for candidates that wording made."""
        t = tables.candidates
        return t.select("checkpoint", "candidate", figure=t.new_behaviour)

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The odds."""
        odds = times(math.exp(row["figure"]))
        return f"accounts that behave like them are of now and not of earlier traffic, {odds} oftener than others"


DETECTOR = NewBehaviour()
