"""Whether the suspect prefers the tokens that a key favoured, unit by unit against chance alone.

**Sees**: training on answers that were served under a key. Each distinct pair of context and token in the suspect's
answers counts once, however often it was said; without that training a key favours each with the same known chance.

**Innocent look-alikes**: a model trained on answers under that key which others published. One key is one draw: models
that resemble the teacher share their luck under it, so the contrast test beside this one takes what they share away.

**Evaded by**: rewriting answers by another model before training, mixing in much other text, or little data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binom

from stillwatch.attribution.battery.contract import NotApplicable, Prompt, TestResult, Weight
from stillwatch.attribution.battery.keyed import findings, result
from stillwatch.attribution.battery.keyed_watermark import (
    EVERYBODY,
    NEEDS,
    REFERENCES,
    missing,
    odds,
    open_prompts,
    spoken,
    summed,
)
from stillwatch.attribution.keyed_sums import KeyedSum
from stillwatch.attribution.keys.secrets import WATERMARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.answers import Answers
    from stillwatch.attribution.battery.contract import BatteryTest
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions


class Watermark:
    """Radioactivity of the watermark, raw."""

    name = "watermark"
    title = "prefers tokens that a key favoured"
    weight = Weight.EVIDENCE
    needs = NEEDS
    purpose = WATERMARK
    references: tuple[str, ...] = REFERENCES

    def prompts(self, pool: Sequence[str], material: Material, options: BatteryOptions) -> tuple[Prompt, ...]:
        """The pool's prompts, to everybody."""
        return () if missing(material) else open_prompts(pool, options, EVERYBODY)

    def judge(
        self, answers: Answers, material: Material, options: BatteryOptions
    ) -> TestResult | NotApplicable:
        """Distinct units that a key favours, against a binomial."""
        if reason := missing(material):
            return NotApplicable(self.name, reason)
        units = spoken(answers, answers.suspect, material)
        if not len(units):
            return NotApplicable(self.name, "the suspect's answers hold no unit of the watermark")
        gamma, count = material.settings.gamma, len(units)
        under_innocence = KeyedSum(np.array([[0.0, 1.0]]), odds(material), np.array([float(count)]))
        reach = float(count)
        total = summed(answers, units, np.ones(count), material)

        def exact(favoured: float) -> float:
            return float(binom.sf(round(favoured) - 1, count, gamma))

        found = findings(under_innocence, total, reach, material, options, p=exact)
        below = sum(exact(total(secret)) < 0.01 for secret in material.decoys[: options.decoys])
        words = "distinct pairs of context and token"
        return result(
            self.name,
            found,
            under_innocence,
            reach,
            options,
            words,
            {"decoys_below_01": below, "said": int(units.counts.sum())},
        )


TEST: BatteryTest = Watermark()
