"""Runs the battery on the suspect and, by the same rule, on every control, and says what may be said."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from stillwatch.attribution.battery.contract import NotApplicable, TestResult
from stillwatch.attribution.battery.registry import chosen
from stillwatch.attribution.combine.clusters import by_cluster
from stillwatch.attribution.combine.conclusion import Judgement
from stillwatch.attribution.combine.controls import certified
from stillwatch.attribution.combine.verdict import accuses, conclude

if TYPE_CHECKING:
    from stillwatch.attribution.answers import Answers
    from stillwatch.attribution.battery.contract import BatteryTest
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions


def judge(
    answers: Answers, material: Material, options: BatteryOptions, names: Iterable[str] = ()
) -> Judgement:
    """Everything from archived answers and public material; the same on every machine.

    A control is judged with itself in the suspect's place and the other controls to compare with. The suspect's answers
    take no part in that.

    Args:
        answers: of the suspect, the teacher and the controls.
        material: opened keys, decoys, tokeniser, canaries.
        options: of the plan.
        names: tests to run; all of them where none is named.

    Raises:
        StillwatchError: SW-ATT-03, there is no test of that name.
    """
    tests = chosen(names)
    purposes = {name: test.purpose for name, test in tests.items()}
    results, skipped = _judged(tests, answers, material, options)
    evidence = {name: test for name, test in tests.items() if test.purpose}
    without_decoys = dataclasses.replace(options, decoys=0)  # only the suspect's rank is of interest
    of_controls = {
        name: _judged(evidence, answers.accusing(name), material, without_decoys)[0]
        for name in answers.controls
        if answers.of(name)
    }
    alarms = sum(accuses(by_cluster(found, purposes), options) for found in of_controls.values())
    conclusion = conclude(
        answers.suspect,
        results,
        skipped,
        by_cluster(results, purposes),
        certified(len(of_controls), alarms, options.rate),
        options,
    )
    return Judgement(results, skipped, of_controls, conclusion)


def _judged(
    tests: Mapping[str, BatteryTest], answers: Answers, material: Material, options: BatteryOptions
) -> tuple[tuple[TestResult, ...], tuple[NotApplicable, ...]]:
    found = [test.judge(answers, material, options) for test in tests.values()]
    return (
        tuple(each for each in found if isinstance(each, TestResult)),
        tuple(each for each in found if isinstance(each, NotApplicable)),
    )
