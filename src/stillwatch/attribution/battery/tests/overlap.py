"""Whether the suspect's probabilities overlap with the teacher's more than those of every control.

**Sees**: likeness of the whole next-token distribution, where endpoints tell probabilities. The suspect is placed among
the controls; its rank is its chance, so that n controls cannot show more than 1 in n + 1.

**Innocent look-alikes**: models trained on the same public data look *more* like the teacher than copies do, so this
corroborates and cannot accuse.

**Evaded by**: not telling probabilities, or another temperature.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from stillwatch.attribution.battery.contract import Need, NotApplicable, Prompt, TestResult, Weight
from stillwatch.attribution.battery.likeness import first_likely, short_prompts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.attribution.answers import Answers
    from stillwatch.attribution.battery.contract import BatteryTest
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions


class Overlap:
    """Grey-box overlap of next-token probabilities."""

    name = "overlap"
    title = "its probabilities overlap with the teacher's more than every control's"
    weight = Weight.CORROBORATION
    needs = frozenset({Need.TEACHER, Need.CONTROLS, Need.LOGPROBS})
    purpose = ""
    references: tuple[str, ...] = (
        "Maini et al., LLM Dataset Inference: Did you train on my dataset? (arXiv 2406.06443)",
    )

    def prompts(self, pool: Sequence[str], material: Material, options: BatteryOptions) -> tuple[Prompt, ...]:
        """The same short answers as for agreement."""
        return short_prompts(pool, options)

    def judge(
        self, answers: Answers, material: Material, options: BatteryOptions
    ) -> TestResult | NotApplicable:
        """The suspect's rank among the controls by mean overlap with the teacher."""
        teacher = first_likely(answers, answers.teacher)
        suspect = _overlap(first_likely(answers, answers.suspect), teacher)
        if suspect is None:
            return NotApplicable(self.name, "the teacher's or the suspect's endpoint tells no probabilities")
        told = {name: _overlap(first_likely(answers, name), teacher) for name in answers.controls}
        controls = {name: share for name, share in told.items() if share is not None}
        if not controls:
            return NotApplicable(self.name, "no control's endpoint tells probabilities")
        as_close = sum(share >= suspect for share in controls.values())
        p = (1 + as_close) / (1 + len(controls))
        return TestResult(
            name=self.name,
            weight=self.weight,
            p=p,
            e=None,
            units=len(controls),
            needed=0,
            effect=suspect - max(controls.values()),
            sentence=f"overlaps with the teacher by {suspect:.2f}; {as_close} of {len(controls)} controls do as much",
            speaks=p <= options.consistent,
            details={"controls": {name: round(controls[name], 6) for name in sorted(controls)}},
        )


def _overlap(
    one: Mapping[str, Mapping[str, float]], other: Mapping[str, Mapping[str, float]]
) -> float | None:
    """The mean over prompts of the probability that both put on the same tokens; None without a common prompt."""
    prompts = sorted(one.keys() & other.keys())
    if not prompts:
        return None
    shares = [
        sum(
            math.exp(min(one[prompt][token], other[prompt][token]))
            for token in one[prompt].keys() & other[prompt]
        )
        for prompt in prompts
    ]
    return sum(shares) / len(shares)


TEST: BatteryTest = Overlap()
