"""What the tests of the watermark share: units of every model's answers, and sums over what a key favours."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.answers import Side
from stillwatch.attribution.battery.contract import Need, Prompt
from stillwatch.attribution.keyed_sums import KeyedSum
from stillwatch.attribution.keys.secrets import WATERMARK, purpose_key
from stillwatch.attribution.watermark.favoured import favoured
from stillwatch.attribution.watermark.units import Units, contrast, less, pooled, units_of, without

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from stillwatch.attribution.answers import Answer, Answers
    from stillwatch.attribution.battery.keyed import Total
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions

NEEDS = frozenset({Need.KEYS})
REFERENCES = (
    "Sander et al., Watermarking Makes Language Models Radioactive (arXiv 2402.14904)",
    "Kirchenbauer et al., A Watermark for Large Language Models (arXiv 2301.10226)",
)


def open_prompts(pool: Sequence[str], options: BatteryOptions, sides: frozenset[Side]) -> tuple[Prompt, ...]:
    """The pool's prompts, answered with the models' own chance."""
    return tuple(
        Prompt(
            prompt_id=f"open-{number:05d}",
            text=text,
            samples=options.samples,
            max_tokens=options.max_tokens,
            temperature=1.0,
            logprobs=False,
            sides=sides,
        )
        for number, text in enumerate(pool[: options.prompts], 1)
    )


EVERYBODY = frozenset(Side)


def missing(material: Material) -> str:
    """Why no watermark can be looked for; empty where it can."""
    if not material.keys:
        return "no key was opened for it"
    return "" if material.tokeniser is not None else "the teacher's tokeniser is not among the material"


def spoken(answers: Answers, model: str | None, material: Material) -> Units:
    """The units of a model's answers, without those that a prompt of the plan brought along.

    Answers to canaries are left out: their prompts are chosen with the key's work in view.
    """
    return answers.remembered(("units", model, _basis(material)), lambda: _spoken(answers, model, material))


def _basis(material: Material) -> Hashable:
    """All of the material that units depend on."""
    assert material.tokeniser is not None
    canaries = frozenset(canary.canary_id for canary in material.canaries)
    return (
        material.settings.context,
        material.tokeniser.digest,
        hash(frozenset(material.prompts.items())),
        canaries,
    )


def _spoken(answers: Answers, model: str | None, material: Material) -> Units:
    canaries = {canary.canary_id for canary in material.canaries}
    texts = [tokens_of(answer, material) for answer in answers.of(model) if answer.prompt_id not in canaries]
    prompted = answers.remembered(("prompted", _basis(material)), lambda: _prompted(material))
    return without(units_of(texts, material.settings.context), prompted)


def _prompted(material: Material) -> Units:
    """The units that stand in prompts."""
    assert material.tokeniser is not None
    texts = [material.tokeniser.encode(text) for text in material.prompts.values()]
    return units_of(texts, material.settings.context)


def others(answers: Answers, material: Material) -> Units:
    """The units of the teacher without watermark and of all controls."""
    names = [*([answers.teacher] if answers.teacher else []), *answers.controls]
    with_suspect = ("pooled", _basis(material), frozenset({*names, answers.suspect}))
    if with_suspect in answers.memory:  # a control in the suspect's place: take its own out again
        return less(answers.memory[with_suspect], spoken(answers, answers.suspect, material))
    return answers.remembered(
        ("pooled", _basis(material), frozenset(names)),
        lambda: pooled([spoken(answers, name, material) for name in names], material.settings.context),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Contrast:
    """How a suspect departs from the others, unit by unit.

    Attributes:
        units: every pair after a context that the suspect used; counts are the suspect's.
        weights: float (units,).
        law: of the sum of the weights that a key favours, under innocence.
        total: that sum under the key of a slot's secret.
    """

    units: Units
    weights: np.ndarray
    law: KeyedSum
    total: Total


def contrasted(answers: Answers, material: Material) -> Contrast | str:
    """How the suspect departs from the teacher without watermark and the controls; else why that cannot be told."""
    suspect, reference = spoken(answers, answers.suspect, material), others(answers, material)
    if not len(suspect):
        return "the suspect's answers hold no unit of the watermark"
    if not len(reference):
        return "there is no answer of the teacher or a control to compare with"

    def make() -> Contrast:
        units, weights = contrast(suspect, reference)
        law = KeyedSum(np.stack([np.zeros(len(weights)), weights], axis=1), odds(material))
        return Contrast(units, weights, law, summed(answers, units, weights, material))

    compared = frozenset({answers.teacher, *answers.controls})
    name = ("contrast", answers.suspect, compared, material.settings.gamma, _basis(material))
    return answers.remembered(name, make)


def tokens_of(answer: Answer, material: Material) -> Sequence[int]:
    """An answer in the teacher's tokens."""
    assert material.tokeniser is not None
    return answer.tokens if answer.tokens is not None else material.tokeniser.encode(answer.text)


def summed(answers: Answers, units: Units, weights: np.ndarray, material: Material) -> Total:
    """The sum of weights of what the key of a slot's secret favours.

    Args:
        answers: whose others' units are looked up once for all who are judged.
        units: what is summed over.
        weights: float (units,).
        material: whose keys and gamma.
    """
    served = {key.secret for key in material.keys}

    @functools.cache  # decoys are asked for twice
    def total(secret: bytes) -> float:
        found = (
            _looked_up(answers, units, material, secret)
            if secret in served
            else _bits(units, material, secret)
        )
        return float(weights[found].sum())

    return total


def _bits(units: Units, material: Material, secret: bytes) -> np.ndarray:
    """Whether the key favours each unit."""
    return favoured(purpose_key(secret, WATERMARK), units.pairs, material.settings.gamma)


def _looked_up(answers: Answers, units: Units, material: Material, secret: bytes) -> np.ndarray:
    """The same, taken from one table over the others' units as far as it goes."""
    pool = others(answers, material)
    name = ("favoured", secret, material.settings.gamma, _basis(material))
    codes, bits = answers.remembered(name, lambda: (pool.codes, _bits(pool, material, secret)))
    places = np.searchsorted(codes, units.codes).clip(max=max(len(codes) - 1, 0))
    known = codes[places] == units.codes if len(codes) else np.zeros(len(units), dtype=bool)
    found = np.empty(len(units), dtype=bool)
    found[known] = bits[places[known]]
    found[~known] = _bits(units.kept(~known), material, secret)
    return found


def odds(material: Material) -> np.ndarray:
    """The chance that a unit is not, and is, favoured; (1, 2)."""
    return np.array([[1.0 - material.settings.gamma, material.settings.gamma]])
