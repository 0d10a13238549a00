"""What a detector is: an expression over columns that yields one row per candidate, and a function that weighs a row.

A detector never loops over exchanges. `measure` builds an Ibis expression, so the same detector runs on DuckDB in a
folder and on Spark over a month of a large lab's traffic; `weigh` turns one row of it into decibans and a sentence.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Literal, Protocol

import ibis

Level = Literal["campaign", "account"]
Aspect = Literal["content", "coordination", "product"]


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What a detector makes of one candidate.

    Attributes:
        decibans: ten times the decimal logarithm of the likelihood ratio, campaign against honest community.
        sentence: at most 120 characters, figures but no prompt text.
    """

    decibans: float
    sentence: str


@dataclasses.dataclass(frozen=True, slots=True)
class Tables:
    """The columns a detector may use, each as of a checkpoint and never later.

    Attributes:
        demand: a row per checkpoint, candidate and exchange of its demand: ``checkpoint``, ``candidate``, ``account``,
            ``verbatim`` and every column of the store but text hashes.
        candidates: a row per checkpoint and candidate: ``accounts``, ``exchanges``, ``grams`` (int), ``share``
            of the site's accounts, ``earlier`` share of the history's (null without one), ``wording`` (median share of
            its phrases that one exchange holds) and ``own_topics`` (how many times likelier two exchanges share topic
            words when one account sent both; null unknown).
        traffic: a row per exchange with ``bucket``, the first checkpoint that sees it.
    """

    demand: ibis.Table
    candidates: ibis.Table
    traffic: ibis.Table

    def by_candidate(self) -> Any:
        """The demand grouped by checkpoint and candidate."""
        return self.demand.group_by("checkpoint", "candidate")

    def site_mean(self, **columns: Any) -> ibis.Table:
        """Means over all traffic seen by each checkpoint, under the given names; missing values are left out."""
        sums = self.traffic.group_by("bucket").agg(
            **{f"{n}_sum": c.cast("float64").sum() for n, c in columns.items()},
            **{f"{n}_n": c.count() for n, c in columns.items()},
        )
        so_far = ibis.window(order_by="bucket", preceding=None, following=0)
        return sums.select(
            checkpoint=sums.bucket,
            **{
                n: sums[f"{n}_sum"].sum().over(so_far) / ibis.greatest(sums[f"{n}_n"].sum().over(so_far), 1)
                for n in columns
            },
        )


class Detector(Protocol):
    """One way of seeing extraction.

    The module's docstring has three heads: **Sees**, **Innocent look-alikes**, **Evaded by**.

    Attributes:
        name: what reasons call it.
        title: a few words for people.
        level: what a row of `measure` is about.
        aspect: what it looks at: what is asked, how the accounts act together, or which product may be behind it. A
            campaign is called only when the first two both speak for it: a new app has the first, an office the second.
        needs: canonical fields without which it gives no evidence.
        references: papers, standards or disclosures it rests on.
    """

    name: str
    title: str
    level: Level
    aspect: Aspect
    needs: frozenset[str]
    references: tuple[str, ...]

    def measure(self, tables: Tables) -> ibis.Table:
        """A row per ``checkpoint`` and ``candidate`` (or per ``account``) with the numbers `weigh` needs."""
        ...

    def weigh(self, row: Mapping[str, Any]) -> Finding | None:
        """The weight of one row; None where there is no evidence either way."""
        ...


def clamp(value: float, low: float, high: float) -> float:
    """The value, held between two bounds: no single detector may decide alone."""
    return max(low, min(high, value))


def decibans(ratio: float) -> float:
    """A likelihood ratio in decibans."""
    return 10.0 * math.log10(max(ratio, 1e-12))


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{100 * share:.0f} %" if share >= 0.095 or share == 0 else f"{100 * share:.1f} %"
