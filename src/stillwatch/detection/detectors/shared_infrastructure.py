"""Rare things in common: an address or a means of payment that hardly anyone else uses.

**Sees**: the share of the linked accounts that have a rare address (used by two to six accounts of the site)
or means of payment (two to twelve) in common with another linked account, against the
share of the site's exchanges that carry such a thing.

**Innocent look-alikes**: families, small offices, one customer with several accounts. What many share (carrier NAT,
universities, VPNs) is not rare and does not count.

**Evaded by**: residential proxies and one card an account, which costs money; then it gives no evidence, not innocence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Finding, Tables, clamp, decibans, percent


class SharedInfrastructure:
    """Rare pivots shared within the candidate."""

    name = "shared_infrastructure"
    title = "Rare addresses or payments in common"
    level = "campaign"
    aspect = "coordination"
    needs = frozenset({"ip"})
    references = (
        "Ianus, Yuan et al. CCS 2019",
        "Anthropic, disclosure of 23 Feb 2026 (shared payment methods)",
    )

    def measure(self, tables: Tables) -> ibis.Table:
        """Accounts with a rare pivot in common, of how many; and the share of all exchanges."""
        t = tables.demand
        members = t.group_by("checkpoint", "candidate", "account").agg(
            address=t.rare_address.max(), payment=t.rare_payment.max()
        )
        sharing = _sharing(members, "address") | _sharing(members, "payment")
        flagged = members.mutate(shares=sharing.cast("int64"))
        ours = flagged.group_by("checkpoint", "candidate").agg(
            sharing=flagged.shares.sum(), members=flagged.count()
        )
        s = tables.traffic
        base = tables.site_mean(base=(s.rare_address.notnull() | s.rare_payment.notnull()).cast("float64"))
        return ours.inner_join(base, "checkpoint")

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """Only sharing is evidence; not sharing is none."""
        if row["sharing"] < 2:
            return None
        share = row["sharing"] / row["members"]
        base = float(row["base"])
        weight = clamp(decibans((share + 0.02) / (base + 0.05)), 0, 8) * min(1.0, row["sharing"] / 6)
        if weight <= 0.5:
            return None
        return Finding(
            weight,
            f"{row['sharing']} of {row['members']} accounts share a rare address or payment "
            f"({percent(base)} of all traffic)",
        )


def _sharing(members: Any, column: str) -> Any:
    """Whether another account of the same candidate has the same rare value."""
    return members[column].notnull() & (
        members.count().over(ibis.window(group_by=["checkpoint", "candidate", members[column]])) > 1
    )


DETECTOR = SharedInfrastructure()
