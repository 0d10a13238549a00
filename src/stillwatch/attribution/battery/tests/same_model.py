"""Whether the suspect's answers can be told from the teacher's at all: resale, or copied weights.

**Sees**: an endpoint that serves the teacher itself. Answers to the same prompts are compared by a two-sample test
whose null is "the same model"; not being told apart counts for something only where the same test, with as many
answers, does tell the controls apart.

**Innocent look-alikes**: a licensed reseller; any model too close to be told apart with so few answers. The null is
never turned round: a large p shows nothing by itself.

**Evaded by**: another system prompt, another temperature, or a rewriting layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.answers import Side
from stillwatch.attribution.battery.contract import Need, NotApplicable, Prompt, TestResult, Weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.answers import Answers
    from stillwatch.attribution.battery.contract import BatteryTest
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions

_PREFIX: Final = "repeat-"
_LENGTH: Final = 32
_TOLD_APART: Final = 0.05
_LEAST: Final = 2
"""Answers to a prompt by each model; fewer cannot be compared."""


class SameModel:
    """Model equality by the maximum mean discrepancy with a Hamming kernel."""

    name = "same-model"
    title = "cannot be told from the teacher, where the controls can"
    weight = Weight.CORROBORATION
    needs = frozenset({Need.TEACHER, Need.CONTROLS})
    purpose = ""
    references: tuple[str, ...] = (
        "Gao et al., Model Equality Testing: Which Model Is This API Serving? (arXiv 2410.20247)",
    )

    def prompts(self, pool: Sequence[str], material: Material, options: BatteryOptions) -> tuple[Prompt, ...]:
        """A few of the pool, asked again and again."""
        return tuple(
            Prompt(
                prompt_id=f"{_PREFIX}{number:05d}",
                text=text,
                samples=options.same_model_samples,
                max_tokens=min(options.max_tokens, _LENGTH),
                temperature=1.0,
                logprobs=False,
                sides=frozenset(Side),
            )
            for number, text in enumerate(list(dict.fromkeys(pool))[: options.same_model_prompts], 1)
        )

    def judge(
        self, answers: Answers, material: Material, options: BatteryOptions
    ) -> TestResult | NotApplicable:
        """Permutation tests of the suspect, and of every control, against the teacher."""
        teacher = _repeated(answers, answers.teacher, material)
        found = _compared(_repeated(answers, answers.suspect, material), teacher, options)
        if found is None:
            return NotApplicable(
                self.name, "the teacher and the suspect were not asked the same prompts repeatedly"
            )
        statistic, p, prompts = found
        compared = {
            name: _compared(_repeated(answers, name, material), teacher, options) for name in answers.controls
        }
        told = {name: each[1] <= _TOLD_APART for name, each in compared.items() if each is not None}
        if not told:
            return NotApplicable(self.name, "no control was asked the same prompts repeatedly")
        apart = sum(told.values())
        words = "told from" if p <= _TOLD_APART else "not told from"
        return TestResult(
            name=self.name,
            weight=self.weight,
            p=p,
            e=None,
            units=prompts,
            needed=0,
            effect=statistic,
            sentence=f"{words} the teacher (p = {p:.3f}); the same test tells {apart} of {len(told)} controls from it",
            speaks=p > _TOLD_APART and apart == len(told),
            details={"controls_told_apart": {name: told[name] for name in sorted(told)}},
        )


def _repeated(answers: Answers, model: str | None, material: Material) -> dict[str, np.ndarray]:
    """Answers to each repeated prompt as rows of codes, cut and filled to one length."""
    found: dict[str, list[np.ndarray]] = {}
    for answer in answers.of(model):
        if answer.prompt_id.startswith(_PREFIX):
            found.setdefault(answer.prompt_id, []).append(_codes(answer.text, material))
    return {prompt: np.stack(rows) for prompt, rows in found.items() if len(rows) >= _LEAST}


def _codes(text: str, material: Material) -> np.ndarray:
    codes = (
        [ord(letter) for letter in text] if material.tokeniser is None else material.tokeniser.encode(text)
    )
    row = np.full(_LENGTH, -2, dtype=np.int64)
    row[: len(codes[:_LENGTH])] = codes[:_LENGTH]
    return row


def _compared(
    one: dict[str, np.ndarray], other: dict[str, np.ndarray], options: BatteryOptions
) -> tuple[float, float, int] | None:
    """The statistic, its permutation p under "the same model", and the number of prompts; None without any."""
    prompts = sorted(one.keys() & other.keys())
    if not prompts:
        return None
    rng = np.random.default_rng([options.seed, len(prompts)])
    statistics = np.zeros(options.permutations + 1)
    for prompt in prompts:
        statistics += _discrepancies(one[prompt], other[prompt], options.permutations, rng)
    p = float((statistics >= statistics[0] - 1e-12).sum() / len(statistics))
    return float(statistics[0] / len(prompts)), p, len(prompts)


def _discrepancies(
    one: np.ndarray, other: np.ndarray, permutations: int, rng: np.random.Generator
) -> np.ndarray:
    """The squared discrepancy of one prompt as it is, and with answers dealt anew; (permutations + 1,)."""
    rows = np.concatenate([one, other])
    kernel = (rows[:, None, :] == rows[None, :, :]).mean(axis=2)
    signs = np.concatenate([np.full(len(one), 1.0 / len(one)), np.full(len(other), -1.0 / len(other))])
    dealt = rng.permuted(np.tile(signs, (permutations, 1)), axis=1)
    every = np.concatenate([signs[None, :], dealt])
    return np.asarray(((every @ kernel) * every).sum(axis=1))


TEST: BatteryTest = SameModel()
