"""Work handed out in equal shares.

**Sees**: how unequal the accounts' shares of the demand are (Gini coefficient). People who share an app or a course use
it very unequally; a queue that feeds hired accounts spreads the load.

**Innocent look-alikes**: an assignment with a fixed number of tasks, a load balancer over many keys of one customer.

**Evaded by**: giving members volumes copied from real customers, which leaves most accounts nearly idle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Finding, Tables, clamp


class EvenLoad:
    """Equality of the accounts' shares."""

    name = "even_load"
    title = "Equal shares of the work"
    level = "campaign"
    aspect = "coordination"
    needs = frozenset({"account_id"})
    references = ("Gini 1912; SynchroTrap, Cao et al. CCS 2014",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Gini coefficient of exchanges per account."""
        per = tables.demand.group_by("checkpoint", "candidate", "account").agg(n=tables.demand.count())
        ranked = per.mutate(
            rank=ibis.row_number().over(
                ibis.window(group_by=["checkpoint", "candidate"], order_by=[per.n, per.account])
            )
            + 1
        )
        out = ranked.group_by("checkpoint", "candidate").agg(
            members=ranked.count(), total=ranked.n.sum(), ranked=(ranked.n * ranked["rank"]).sum()
        )
        return out.mutate(
            gini=2.0 * out.ranked / (out.members * out.total) - (out.members + 1.0) / out.members,
            mean=out.total / out.members,
        )

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """No evidence where accounts have too few exchanges to be unequal."""
        if row["members"] < 8 or row["mean"] < 4:
            return None
        gini = float(row["gini"])
        return Finding(
            clamp((0.48 - gini) * 18, -4, 5),
            f"its {row['members']} accounts share the requests with a Gini coefficient of {gini:.2f}",
        )


DETECTOR = EvenLoad()
