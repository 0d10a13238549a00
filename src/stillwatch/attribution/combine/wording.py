"""Sentences of a conclusion, each limited to what was shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stillwatch.attribution.battery.contract import Weight
from stillwatch.attribution.combine.conclusion import ClusterFinding, Conclusion, Verdict
from stillwatch.attribution.keys.secrets import DEFAULT

if TYPE_CHECKING:
    from stillwatch.attribution.battery.contract import NotApplicable, TestResult
    from stillwatch.attribution.battery.options import BatteryOptions


def sentence(suspect: str, conclusion: Conclusion, enough: bool, options: BatteryOptions) -> str:
    """The verdict in one sentence.

    Args:
        suspect: its name.
        conclusion: with its verdict.
        enough: whether the evidence had the power to see the smallest effect that matters.
        options: of the plan.
    """
    first = conclusion.clusters[0] if conclusion.clusters else None
    match conclusion.verdict:
        case Verdict.SUPPORTED:
            assert first is not None
            return (
                f"Supported: {suspect} was trained on outputs served under {_key(first)}; if it was not, at most one "
                f"in {_count(conclusion.e)} keys that might have been drawn would show as much."
            )
        case Verdict.CONSISTENT:
            return f"Consistent with {suspect} having been trained on our outputs; this does not show that it was."
        case Verdict.NOT_SUPPORTED:
            return (
                f"Not supported: keys would have shown an effect of {options.least_effect:.0%} in {suspect}'s answers, "
                "and did not."
            )
        case Verdict.INCONCLUSIVE:
            return f"Inconclusive: {_lacking(conclusion, enough, options)}."


def because(
    conclusion: Conclusion, results: Sequence[TestResult], options: BatteryOptions
) -> tuple[str, ...]:
    """What the verdict rests on."""
    said = [f"{result.name}: {result.sentence}." for result in results]
    for each in conclusion.clusters:
        if each.e >= 1 / options.consistent:
            rank = f", rank {each.rank} of {each.decoys + 1} among keys never served" if each.decoys else ""
            said.append(f"{_key(each)}: e = {each.e:.2g} over all tests and epochs, corrected{rank}.")
    if conclusion.controls:
        low, high = conclusion.rate_interval
        said.append(
            f"The same rule accuses {conclusion.alarms} of {conclusion.controls} models known to be innocent "
            f"({low:.1%} to {high:.1%} with 95 % confidence; at most {conclusion.rate_upper:.1%})."
        )
    return tuple(said)


def limits(
    conclusion: Conclusion,
    results: Sequence[TestResult],
    skipped: Sequence[NotApplicable],
    options: BatteryOptions,
) -> tuple[str, ...]:
    """What was not shown, and what else could explain what was."""
    said = []
    if conclusion.verdict is Verdict.SUPPORTED:
        said += _limits_of_support(conclusion, options)
    if any(each.speaks for each in results if each.weight is Weight.CORROBORATION):
        said.append(
            "Likeness to the teacher is what any model trained on the same public data shows; it corroborates and "
            "accuses nobody."
        )
    if conclusion.verdict is Verdict.NOT_SUPPORTED:
        said.append(
            "Training on few of our outputs, on rewritten ones, or on outputs served under other keys would not show."
        )
    if conclusion.controls_needed:
        more = f"{conclusion.controls_needed:,} more {_models(conclusion.controls_needed)}"
        said.append(
            f"Too few controls: {more} known to be innocent, none of them accused, are needed to exclude a rate of "
            f"false accusations of {options.rate:.1%}."
        )
    said += [f"{each.name} was not applicable: {each.reason}." for each in skipped]
    return tuple(said)


def _limits_of_support(conclusion: Conclusion, options: BatteryOptions) -> list[str]:
    named = [each for each in conclusion.clusters if each.e >= 1 / options.alpha]
    said = [
        "Outputs under the key that somebody published, and that the model was then trained on, would show the same.",
        "It is not shown who collected the outputs, how many, or that collecting them broke any terms.",
    ]
    if all(each.cluster == DEFAULT for each in named):
        said.append("The key is everybody's; it does not tell which accounts the outputs came from.")
    return said


def _key(found: ClusterFinding) -> str:
    owner = "the key of everybody" if found.cluster == DEFAULT else f"the key of {found.cluster}"
    return f"{owner} ({', '.join(found.epochs)})"


def _lacking(conclusion: Conclusion, enough: bool, options: BatteryOptions) -> str:
    if conclusion.e >= 1 / options.alpha:
        return (
            f"the evidence is strong, but {conclusion.controls_needed:,} more "
            f"{_models(conclusion.controls_needed)} known to be innocent must be judged by the same rule"
        )
    if not conclusion.clusters:
        return "no test that rests on keys had anything to go by"
    assert not enough
    return f"the answers hold too few keyed units to see an effect of {options.least_effect:.0%}"


def _models(count: int) -> str:
    return "model" if count == 1 else "models"


def _count(e: float) -> str:
    return f"{int(e):,}" if e < 1e12 else f"{e:.0e}"
