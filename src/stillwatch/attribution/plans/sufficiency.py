"""What a plan cannot show, said before anything is asked: too few controls, no hard ones, tests without a footing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.attribution.answers import Side
from stillwatch.attribution.battery.contract import Need
from stillwatch.attribution.battery.registry import chosen
from stillwatch.attribution.combine.controls import certified

if TYPE_CHECKING:
    from stillwatch.attribution.plans.plan import Plan


def shortfalls(plan: Plan) -> tuple[str, ...]:
    """What is lacking, a sentence each; empty where nothing is."""
    found: list[str] = []
    controls = plan.controls
    reach = certified(len(controls), 0, plan.options.rate)
    if reach.needed:
        found.append(
            f"{len(controls)} controls can exclude no rate of wrong accusations below {reach.upper:.0%}, and nothing "
            f"can be supported; for {plan.options.rate:.2g}, {reach.needed} more are needed"
        )
    if controls and not any(each.hard for each in controls):
        found.append(
            "no control is marked `hard`: without models that learnt from the same public data as the teacher, "
            "likeness by a common source cannot be told from copying"
        )
    for name, test in chosen(plan.tests).items():
        for need in sorted(test.needs):
            if lack := _lack(need, plan):
                found.append(f"the test {name} will have nothing to go by: {lack}")
    return tuple(found)


def _lack(need: Need, plan: Plan) -> str:
    match need:
        case Need.KEYS:
            return "" if plan.material.keys and plan.material.tokeniser else "no keys, or no tokeniser"
        case Need.CANARIES:
            return "" if plan.material.canaries else "no canaries"
        case Need.TEACHER:
            return "" if plan.teacher else "the teacher is not asked"
        case Need.CONTROLS:
            return "" if plan.controls else "there are no controls"
        case Need.LOGPROBS:
            asked = any(each.logprobs and Side.SUSPECT in each.sides for each in plan.prompts)
            return "" if asked else "no probabilities are asked for"
