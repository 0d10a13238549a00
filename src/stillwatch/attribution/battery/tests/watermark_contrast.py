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
from stillwatch.attribution.battery.keyed import decoys_below, findings, result
from stillwatch.attribution.battery.keyed_watermark import (
    EVERYBODY,
    NEEDS,
    REFERENCES,
    contrasted,
    missing,
    open_prompts,
)
from stillwatch.attribution.keys.secrets import WATERMARK

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
        compared = contrasted(answers, material)
        if isinstance(compared, str):
            return NotApplicable(self.name, compared)
        under_innocence, total, reach = compared.law, compared.total, float(np.abs(compared.weights).sum())
        found = findings(under_innocence, total, reach, material, options)
        details = {"decoys_below_01": decoys_below(0.01, under_innocence, total, material, options.decoys)}
        words = "weighed pairs of context and token"
        return result(self.name, found, under_innocence, reach, options, words, details)


TEST: BatteryTest = WatermarkContrast()
