"""Whether the suspect gives, canary by canary, the answers that a key chose.

**Sees**: training on answers in which a key had decided questions of taste. Each canary counts once, by the share of
the suspect's answers that give the key's choice, less the share of the teacher's and the controls'; without that
training a key chooses each option with the same known chance.

**Innocent look-alikes**: a model trained on planted answers which others published.

**Evaded by**: leaving out questions of taste when collecting, or asking another model for them.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.answers import Side
from stillwatch.attribution.battery.contract import Need, NotApplicable, Prompt, TestResult, Weight
from stillwatch.attribution.battery.keyed import findings, result
from stillwatch.attribution.keyed_sums import KeyedSum
from stillwatch.attribution.keys.secrets import CANARY, purpose_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.answers import Answers
    from stillwatch.attribution.battery.contract import BatteryTest
    from stillwatch.attribution.battery.keyed import Total
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions
    from stillwatch.attribution.canaries.canary import Canary


class Canaries:
    """Answers that a key chose."""

    name = "canaries"
    title = "gives the answers that a key chose where all are equally good"
    weight = Weight.EVIDENCE
    needs = frozenset({Need.KEYS, Need.CANARIES})
    purpose = CANARY
    references: tuple[str, ...] = (
        "Sander et al., Watermarking Makes Language Models Radioactive (arXiv 2402.14904)",
    )

    def prompts(self, pool: Sequence[str], material: Material, options: BatteryOptions) -> tuple[Prompt, ...]:
        """Every canary, to everybody; the teacher answers without any planted."""
        if not material.keys:
            return ()
        return tuple(
            Prompt(
                prompt_id=canary.canary_id,
                text=canary.prompt,
                samples=options.canary_samples,
                max_tokens=min(options.max_tokens, 64),
                temperature=1.0,
                logprobs=False,
                sides=frozenset(Side),
            )
            for canary in material.canaries
        )

    def judge(
        self, answers: Answers, material: Material, options: BatteryOptions
    ) -> TestResult | NotApplicable:
        """Shares of the key's choices, against the exact law of their sum."""
        if not material.keys:
            return NotApplicable(self.name, "no key was opened for it")
        if not material.canaries:
            return NotApplicable(self.name, "no canaries were planted")
        models = [*([answers.teacher] if answers.teacher else []), *answers.controls]
        own = _shares(answers, answers.suspect, material.canaries)
        values = own - _mean([_shares(answers, model, material.canaries) for model in models], own.shape)
        values[own.sum(axis=1) == 0] = 0.0
        if not own.any():
            return NotApplicable(self.name, "the suspect named none of the canaries' options")
        under_innocence = KeyedSum(values, _odds(material.canaries, values.shape[1]))
        total, reach = _summed(values, material.canaries), float(np.abs(values).max(axis=1).sum())
        found = findings(under_innocence, total, reach, material, options)
        details = {"canaries": len(material.canaries), "answered": int(own.any(axis=1).sum())}
        return result(self.name, found, under_innocence, reach, options, "distinct canaries", details)


def _shares(answers: Answers, model: str, canaries: Sequence[Canary]) -> np.ndarray:
    """The share of a model's answers to each canary that give each option; (canaries, most options)."""
    name = ("canaries", model, tuple(canaries))
    return answers.remembered(name, lambda: _counted(answers, model, canaries))


def _counted(answers: Answers, model: str, canaries: Sequence[Canary]) -> np.ndarray:
    found = np.zeros((len(canaries), max(len(canary.options) for canary in canaries)))
    place = {canary.canary_id: number for number, canary in enumerate(canaries)}
    for answer in answers.of(model):
        row = place.get(answer.prompt_id)
        if row is not None and (option := canaries[row].given(answer.text)) is not None:
            found[row, option] += 1
    return np.asarray(found / np.maximum(found.sum(axis=1, keepdims=True), 1.0))


def _mean(several: Sequence[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """The mean of shares over the models that gave any, canary by canary; zeros where none did."""
    if not several:
        return np.zeros(shape)
    together = np.stack(several)
    gave = together.any(axis=2).sum(axis=0)[:, None]
    return np.asarray(together.sum(axis=0) / np.maximum(gave, 1))


def _odds(canaries: Sequence[Canary], most: int) -> np.ndarray:
    """The chance of each option of each canary."""
    rows = [[1.0 / len(canary.options)] * len(canary.options) for canary in canaries]
    return np.array([row + [0.0] * (most - len(row)) for row in rows])


def _summed(values: np.ndarray, canaries: Sequence[Canary]) -> Total:
    @functools.cache
    def total(secret: bytes) -> float:
        key = purpose_key(secret, CANARY)
        return float(sum(values[row, canary.choice(key)] for row, canary in enumerate(canaries)))

    return total


TEST: BatteryTest = Canaries()
