"""Whether the suspect prefers favoured tokens more than the teacher without watermark and the controls do.

**Sees**: training on answers that were served under a key, by how the suspect departs from models that never saw them:
each distinct pair of context and token weighs by how much more often the suspect says it after that context. What the
suspect shares with teacher and controls weighs nothing, so that their common luck under a key speaks against nobody.

**Innocent look-alikes**: a model trained on answers under that key which others published.

**Evaded by**: rewriting answers by another model before training, mixing in much other text, or little data; asked with
the watermark on, the teacher itself would take the evidence away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.battery.contract import Need, NotApplicable, Prompt, TestResult, Weight
from stillwatch.attribution.battery.keyed import decoy_chances, findings, result
from stillwatch.attribution.battery.keyed_watermark import (
    EVERYBODY,
    NEEDS,
    REFERENCES,
    missing,
    odds,
    open_prompts,
    others,
    spoken,
    summed,
)
from stillwatch.attribution.keyed_sums import KeyedSum
from stillwatch.attribution.keys.secrets import WATERMARK
from stillwatch.attribution.watermark.units import contrast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.answers import Answers
    from stillwatch.attribution.battery.contract import BatteryTest
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions


class WatermarkContrast:
    """Radioactivity of the watermark, differenced from the teacher and the controls."""

    name = "watermark-contrast"
    title = "prefers tokens that a key favoured more than others do"
    weight = Weight.EVIDENCE
    needs = NEEDS | {Need.TEACHER}
    purpose = WATERMARK
    references: tuple[str, ...] = REFERENCES

    def prompts(self, pool: Sequence[str], material: Material, options: BatteryOptions) -> tuple[Prompt, ...]:
        """The pool's prompts, to everybody; the teacher answers without watermark."""
        return () if missing(material) else open_prompts(pool, options, EVERYBODY)

    def judge(
        self, answers: Answers, material: Material, options: BatteryOptions
    ) -> TestResult | NotApplicable:
        """Weights of distinct units that a key favours, against the exact law of their sum."""
        if reason := missing(material):
            return NotApplicable(self.name, reason)
        units, reference = spoken(answers, answers.suspect, material), others(answers, material)
        if not len(reference):
            return NotApplicable(self.name, "there is no answer of the teacher or a control to compare with")
        if not len(units):
            return NotApplicable(self.name, "the suspect's answers hold no unit of the watermark")
        pairs, weights = contrast(units, reference)
        under_innocence = KeyedSum(np.stack([np.zeros(len(weights)), weights], axis=1), odds(material))
        total, reach = summed(pairs, weights, material), float(np.abs(weights).sum())
        found = findings(under_innocence, total, reach, material, options)
        chances = decoy_chances(under_innocence, total, material, options)
        details = {"decoys_below_01": sum(chance < 0.01 for chance in chances)}
        words = "weighed pairs of context and token"
        return result(self.name, found, under_innocence, reach, options, words, details)


TEST: BatteryTest = WatermarkContrast()
