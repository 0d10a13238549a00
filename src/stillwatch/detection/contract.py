"""What a detector is: an expression over columns that yields one figure per candidate, and a sentence that says it.

A detector never loops over exchanges. `measure` builds an Ibis expression, so the same detector runs on DuckDB in a
folder and on Spark over a month of a large lab's traffic. What its figure weighs is learned (`scales`); whether more
of it speaks for or against a campaign is not: that the detector says itself, and the scale has to obey.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Literal, Protocol

import ibis

Level = Literal["campaign"]
Aspect = Literal["content", "coordination", "product"]


@dataclasses.dataclass(frozen=True, slots=True)
class Tables:
    """The columns a detector may use, each as of a checkpoint and never later.

    Attributes:
        demand: a row per checkpoint, candidate and exchange of its demand that a member sent: ``checkpoint``,
            ``candidate``, ``account``, ``verbatim`` and every column of the store but text hashes.
        members: a row per checkpoint, candidate and account of ``demand``: ``exchanges`` of the demand, ``first`` and
            ``last`` of them, ``answer_bits`` (mean binary logarithm of output tokens), ``created``, ``newcomer``, one
            ``client`` and ``organization`` of the account, and ``all_exchanges`` it has sent by then.
        candidates: a row per checkpoint and candidate: ``accounts``, ``exchanges``, ``grams`` (int), ``share``
            of the site's accounts, ``earlier`` share of the history's (null without one), ``wording`` (median share of
            its phrases that one exchange holds), ``own_topics`` (how many times likelier two exchanges share topic
            words when one account sent both; null unknown), ``alike``, ``new_behaviour`` and ``changed`` of crews (see
            `behaviour.crews`; null for others), ``address_overlap`` and ``payment_overlap`` (see `overlap`; null
            where the log carries none), ``season`` and ``site_season`` (see `openings`; null where too few accounts
            are known to have been opened when), ``received`` (decibans of marks that other members reported, see `received`),
            ``received_bearers``, ``received_kind`` and ``received_marks`` (null where no account bears any).
        sites: a row per checkpoint: ``volume`` (mean natural logarithm of an account's exchanges), ``age_spread``
            (standard deviation of ln(1 + days) of the accounts' ages when first met) and ``same_day`` (chance that two
            accounts were opened on one day), null where the log does not say when accounts were opened, and
            ``earlier_from`` (when the earlier traffic begins; null without any).
        traffic: a row per exchange with ``bucket``, the first checkpoint that sees it.
    """

    demand: ibis.Table
    members: ibis.Table
    candidates: ibis.Table
    sites: ibis.Table
    traffic: ibis.Table

    def by_candidate(self) -> Any:
        """The demand grouped by checkpoint and candidate."""
        return self.demand.group_by("checkpoint", "candidate")

    def members_by_candidate(self) -> Any:
        """The members grouped by checkpoint and candidate."""
        return self.members.group_by("checkpoint", "candidate")

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

    One with ``shaped_at_will = True`` acquits a crew little: what accounts send beside a harvest sets its figure.

    Attributes:
        name: what reasons call it.
        title: a few words for people.
        level: what a row of `measure` is about.
        aspect: what it looks at: what is asked, how the accounts act together, or which product may be behind it.
        rises: whether a larger figure speaks for a campaign; if not, a smaller one does.
        needs: canonical fields without which it gives no evidence.
        references: papers, standards or disclosures it rests on.
    """

    name: str
    title: str
    level: Level
    aspect: Aspect
    rises: bool
    needs: frozenset[str]
    references: tuple[str, ...]

    def measure(self, tables: Tables) -> ibis.Table:
        """A row per ``checkpoint`` and ``candidate`` with its ``figure`` and what the sentence needs.

        The figure is null where there is no evidence either way.
        """
        ...

    def sentence(self, row: Mapping[str, Any]) -> str:
        """What a row with a figure says, in at most 120 characters."""
        ...


def clamp(value: float, low: float, high: float) -> float:
    """The value, held between two bounds."""
    return max(low, min(high, value))


def decibans(ratio: float) -> float:
    """A likelihood ratio in decibans."""
    return 10.0 * math.log10(max(ratio, 1e-12))


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{100 * share:.0f} %" if share >= 0.095 or share == 0 else f"{100 * share:.1f} %"


def times(ratio: float) -> str:
    """A ratio as people read it."""
    return f"{ratio:.1f} times" if ratio < 10 else f"{min(ratio, 1e6):,.0f} times"
