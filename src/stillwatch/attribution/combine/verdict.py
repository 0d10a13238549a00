"""The rule that turns what was shown into a verdict; the same for a suspect and for every control.

Only evidence from keys can support an accusation, and only where controls certify the rule. Likeness alone is at most
"consistent with", and where keys had the power to speak and did not, it is not even that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stillwatch.attribution.battery.contract import Weight
from stillwatch.attribution.combine.conclusion import Conclusion, Verdict
from stillwatch.attribution.combine.wording import because, limits, sentence

if TYPE_CHECKING:
    from stillwatch.attribution.battery.contract import NotApplicable, TestResult
    from stillwatch.attribution.battery.options import BatteryOptions
    from stillwatch.attribution.combine.conclusion import ClusterFinding
    from stillwatch.attribution.combine.controls import Certified


def accuses(clusters: Sequence[ClusterFinding], options: BatteryOptions) -> bool:
    """Whether the evidence alone reaches the threshold: what is counted as an alarm on a control."""
    return bool(clusters) and clusters[0].e >= 1 / options.alpha


def conclude(
    suspect: str,
    results: Sequence[TestResult],
    skipped: Sequence[NotApplicable],
    clusters: Sequence[ClusterFinding],
    controls: Certified,
    options: BatteryOptions,
) -> Conclusion:
    """What may be said.

    Args:
        suspect: its name, for the sentences.
        results: of the suspect.
        skipped: tests that had nothing to go by.
        clusters: the strongest first.
        controls: what the same rule did to them.
        options: of the plan.
    """
    e = clusters[0].e if clusters else 1.0
    verdict = _verdict(results, clusters, controls, options)
    draft = Conclusion(
        verdict=verdict,
        e=e,
        clusters=tuple(clusters),
        rate=controls.rate,
        rate_interval=controls.interval,
        rate_upper=controls.upper,
        controls=controls.controls,
        alarms=controls.alarms,
        controls_needed=controls.needed,
        sentence="",
        because=(),
        limits=(),
    )
    return dataclasses.replace(
        draft,
        sentence=sentence(suspect, draft, powerful(results), options),
        because=because(draft, results, options),
        limits=limits(draft, results, skipped, options),
    )


def powerful(results: Sequence[TestResult]) -> bool:
    """Whether a test that rests on keys had enough units to see the smallest effect that matters."""
    return any(each.weight is Weight.EVIDENCE and each.keys and each.units >= each.needed for each in results)


def _verdict(
    results: Sequence[TestResult],
    clusters: Sequence[ClusterFinding],
    controls: Certified,
    options: BatteryOptions,
) -> Verdict:
    if accuses(clusters, options):
        return Verdict.INCONCLUSIVE if controls.needed else Verdict.SUPPORTED
    if clusters and clusters[0].e >= 1 / options.consistent:
        return Verdict.CONSISTENT
    if powerful(results):
        return Verdict.NOT_SUPPORTED
    if any(each.speaks for each in results if each.weight is Weight.CORROBORATION):
        return Verdict.CONSISTENT
    return Verdict.INCONCLUSIVE
