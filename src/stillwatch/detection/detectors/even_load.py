"""Work handed out in equal shares.

**Sees**: how unequal the accounts' shares of the demand are (standard deviation of the logarithm). People who share
an app or a course use it very unequally; a queue that feeds hired accounts spreads the load.

**Innocent look-alikes**: an assignment with a fixed number of tasks, a load balancer over many keys of one customer.

**Evaded by**: giving members volumes copied from real customers, which leaves most accounts nearly idle.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    from stillwatch.detection.contract import Tables


class EvenLoad:
    """Equal shares of the work."""

    name = "even_load"
    title = "Equal shares of the work"
    level = "campaign"
    aspect = "coordination"
    rises = False
    needs = frozenset({"account_id"})
    references = ("SynchroTrap, Cao et al. CCS 2014 (loosely synchronised, similar loads)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Standard deviation of the natural logarithm of exchanges per member, where they have some to differ in."""
        t = tables.members
        out = tables.members_by_candidate().agg(
            members=t.count(), spread=t.exchanges.cast("float64").ln().std(how="pop"), mean=t.exchanges.mean()
        )
        known = (out.members >= 5) & (out["mean"] >= 3)
        return out.mutate(figure=known.ifelse(out.spread, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """By what factor the accounts usually differ."""
        factor = math.exp(row["figure"])
        return f"its {row['members']} accounts' shares of the requests differ by a factor of {factor:.1f}"


DETECTOR = EvenLoad()
