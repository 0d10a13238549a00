"""What may be said about a suspect, with what it rests on and how often it would be wrong."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.attribution.battery.contract import NotApplicable, TestResult


class Verdict(enum.StrEnum):
    """What may be said."""

    SUPPORTED = "supported"  # trained on outputs served under the keys named
    CONSISTENT = "consistent with"  # fits, and may not be said to be shown
    NOT_SUPPORTED = "not supported"  # an effect of the size stated would have been seen
    INCONCLUSIVE = "inconclusive"  # what there is does not carry either way; says what is lacking


@dataclasses.dataclass(frozen=True, slots=True)
class ClusterFinding:
    """What all tests together show about one cluster's keys.

    Attributes:
        cluster: a campaign's label, or ``default``.
        e: over its independent keys and purposes, corrected for the number of clusters that were looked for.
        epochs: whose keys it rests on.
        rank: place of the cluster among the others and the decoys, by raw evidence; 1 is the strongest.
        decoys: how many decoys were tried.
    """

    cluster: str
    e: float
    epochs: tuple[str, ...]
    rank: int
    decoys: int


@dataclasses.dataclass(frozen=True, slots=True)
class Conclusion:
    """What may be said about a suspect.

    Attributes:
        verdict: see ``Verdict``.
        e: the strongest cluster's e-value, corrected; the chance of as much under innocence is at most 1/e.
        clusters: what was found key by key, the strongest first.
        rate: share of controls that the same rule accuses; None without controls.
        rate_interval: exact two-sided 95 % interval of it (Clopper-Pearson).
        rate_upper: exact one-sided 95 % upper bound of it, which the plan's rate is held against; 1 without controls.
        controls: how many controls were judged by the same rule; ``alarms`` of them were accused.
        alarms: see ``controls``.
        controls_needed: how many more are needed for the plan's rate; 0 where there are enough.
        sentence: the verdict in one sentence, limited to what was shown.
        because: what speaks for it, a sentence each.
        limits: what was not shown, and what else could explain it, a sentence each.
    """

    verdict: Verdict
    e: float
    clusters: tuple[ClusterFinding, ...]
    rate: float | None
    rate_interval: tuple[float, float]
    rate_upper: float
    controls: int
    alarms: int
    controls_needed: int
    sentence: str
    because: tuple[str, ...]
    limits: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that judging gives.

    Attributes:
        results: of the suspect, by the test's name.
        skipped: tests without anything to go by.
        control_results: the same tests with each control in the suspect's place.
        conclusion: what may be said.
    """

    results: tuple[TestResult, ...]
    skipped: tuple[NotApplicable, ...]
    control_results: dict[str, tuple[TestResult, ...]]
    conclusion: Conclusion
