"""Accounts that were all opened, bought or left to ripen together.

**Sees**: how widely the linked accounts' ages scatter when they begin, against the site's accounts. People of all
ages of account take up an app or a course; hired accounts come from one batch, fresh or ripened alike.

**Innocent look-alikes**: an intake of one term, a company that gives all its staff accounts on one day.

**Evaded by**: buying accounts of many ages, which a market has to offer and which costs more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import ibis

if TYPE_CHECKING:
    from stillwatch.detection.contract import Tables

_ROOM: Final = 0.1


class AgeCohort:
    """Accounts of one age."""

    name = "age_cohort"
    title = "Accounts of one age"
    level = "campaign"
    aspect = "coordination"
    rises = False
    needs = frozenset({"account_created_at"})
    references = ("Ianus, Yuan et al. CCS 2019 (accounts registered in batches)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Logarithm of the scatter of ln(1 + days of age) of the members against the site's accounts; from five on."""
        m = tables.members
        days = (m["first"].epoch_seconds() - m.created.epoch_seconds()).cast("float64") / 86400
        age = (days.clip(lower=0.0) + 1).ln()
        ours = tables.members_by_candidate().agg(
            known=m.created.count(), spread=age.std(how="sample"), age=age.median()
        )
        both = ours.inner_join(tables.sites, "checkpoint")
        ratio = ((both.spread + _ROOM) / (both.age_spread + _ROOM)).ln()
        return both.mutate(figure=(both.known >= 5).ifelse(ratio, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The usual age, and by what factor the ages differ, here and on the site."""
        usual = math.exp(row["age"]) - 1
        ours, site = math.exp(row["spread"]), math.exp(row["age_spread"])
        return f"its accounts were about {usual:.0f} days old, give or take a factor of {ours:.1f} (site {site:.1f})"


DETECTOR = AgeCohort()
