"""A forum of members, some of them bad, week by week: the world in which ways of trusting reports are compared.

Ten campaigns a week can be reported and 2,000 innocent clusters of accounts; an honest member reports a campaign with
probability 0.55 and an innocent cluster with 0.001; 80 % of what was reported is adjudicated a week later. Colluders
report campaigns half as often as honest members and name the same innocents. All of it is assumption, none of it data.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from stillwatch.sharing.trust.history import Adjudicated, History

MEMBERS: Final = 6
WEEKS: Final = 52
CAMPAIGNS: Final = 10
INNOCENTS: Final = 2_000
SENSITIVITY: Final = 0.55
FALSE_RATE: Final = 0.001
ADJUDICATED: Final = 0.8

Policy = Callable[[History, dict[str, int], int, Sequence[frozenset[str]]], list[bool]]


@dataclasses.dataclass(slots=True)
class Week:
    """What a week brings: who reported which campaign and which innocent cluster."""

    number: int
    rng: Any
    campaigns: list[set[str]]
    innocents: dict[int, set[str]]

    def honest(self, member: str, sensitivity: float = SENSITIVITY, false_rate: float = FALSE_RATE) -> None:
        """A member reports what it sees, and errs."""
        for reporters, seen in zip(self.campaigns, self.rng.random(CAMPAIGNS) < sensitivity, strict=True):
            if seen:
                reporters.add(member)
        self.accuse(
            member, self.rng.integers(INNOCENTS, size=self.rng.binomial(INNOCENTS, false_rate)).tolist()
        )

    def accuse(self, member: str, clusters: Sequence[int]) -> None:
        """A member names innocents."""
        for cluster in clusters:
            self.innocents.setdefault(cluster, set()).add(member)

    def some(self, number: int) -> list[int]:
        """So many innocents, drawn at random."""
        return list(self.rng.choice(INNOCENTS, size=number, replace=False).tolist())


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What a year came to.

    Attributes:
        recall: share of campaigns acted on.
        innocents_ppm: innocents acted on, per million that could have been.
        settled_recall: recall without the first four weeks, in which nobody has a past.
    """

    recall: float
    innocents_ppm: float
    settled_recall: float


def year(attack: Any, policy: Policy, seed: int) -> Outcome:
    """One year of a forum under an attack, judged by a policy that sees reports and adjudications only."""
    rng = np.random.default_rng(seed)
    history, members = History(), {f"member-{n}": 0 for n in range(1, MEMBERS + 1)}
    hits, hurt = [0] * WEEKS, 0
    for number in range(WEEKS):
        week = Week(number, rng, [set() for _ in range(CAMPAIGNS)], {})
        members = attack.week(week, members)
        reported = [(frozenset(r), True) for r in week.campaigns if r]
        reported += [(frozenset(r), False) for r in week.innocents.values() if r]
        rng.shuffle(reported)
        acted = policy(history, members, number, [reporters for reporters, _ in reported])
        hits[number] = sum(act and genuine for act, (_, genuine) in zip(acted, reported, strict=True))
        hurt += sum(act and not genuine for act, (_, genuine) in zip(acted, reported, strict=True))
        history.reported(number, len(reported))
        for reporters, genuine in reported:
            if rng.random() < ADJUDICATED:
                history.add(Adjudicated(reporters, genuine, number))
        attack.adjudicating(week, history)
    settled = hits[4:]
    return Outcome(
        sum(hits) / (WEEKS * CAMPAIGNS),
        hurt / (WEEKS * INNOCENTS) * 1e6,
        sum(settled) / (len(settled) * CAMPAIGNS),
    )
