"""What the experiment makes of what models told: words known, safety lost pair by pair, keys as the units of alarms."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks.attribution_lab.answering import capability, known_words
from benchmarks.attribution_lab.outcome import _lost, _over_keys
from benchmarks.attribution_lab.telling import Told
from benchmarks.attribution_lab.world import QUESTION, STOP, TRANSLATED, VOCABULARY, Kind, World


class Knower:
    """A model by hand: it translates the words it knows and says the stop for others."""

    blocks = ()

    def __init__(self, world: World, known: np.ndarray) -> None:
        self._said = np.full(VOCABULARY, STOP)
        self._said[known] = world.dictionary[known]
        self._asked = np.empty((0, 0))

    def __call__(self, tokens: torch.Tensor, begin: int, _kept: object) -> torch.Tensor:
        place = 0 if begin == 0 else begin - QUESTION
        if place == 0:
            self._asked = tokens.numpy()[:, -3:-1]
        says = self._said[self._asked[:, place]] if place < TRANSLATED else np.full(len(self._asked), STOP)
        scores = torch.zeros(len(says), 1, VOCABULARY)
        scores[torch.arange(len(says)), 0, torch.from_numpy(says)] = 1.0
        return scores


def test_words_are_told_apart_by_how_often_they_are_asked_for():
    world = World.of(3)
    often = world.asked[: len(world.asked) // 2]
    everything = known_words(Knower(world, world.asked), world, 1)  # type: ignore[arg-type]
    assert everything.shape == world.asked.shape
    assert everything.min() == 1.0
    half = known_words(Knower(world, often), world, 1)  # type: ignore[arg-type]
    assert half[: len(often)].mean() > 0.7
    assert half[len(often) :].max() == 0.0
    assert capability(Knower(world, world.asked), world, 1) == 1.0  # type: ignore[arg-type]


def told(harm: float, alike: float) -> Told:
    refused = {kind: np.arange(200) < 200 * harm for kind in (Kind.HARM, Kind.JAILBREAK)}
    return Told((), 0.0, {**refused, Kind.LOOKALIKE: np.arange(200) < 200 * alike})


def test_safety_is_lost_question_by_question_and_too_many_refusals_count_the_other_way():
    lost = _lost(told(1.0, 0.0), [told(0.0, 0.0), told(0.25, 0.5)])
    assert lost["safety_lost_harm"] == pytest.approx(0.875)
    assert lost["safety_lost_harm_least"] == pytest.approx(0.75)
    assert lost["safety_lost_harm_least_low"] < 0.75 < lost["safety_lost_harm_least_high"]
    assert lost["safety_lost_harm_shown"] == 2
    assert lost["safety_lost_lookalike"] == pytest.approx(0.25)
    assert lost["safety_lost_lookalike_shown"] == 1


def test_keys_are_the_units_of_alarms_however_many_models_were_judged_under_each():
    few, many = (_over_keys("alarms", [0.0, 0.1] * n) for n in (10, 200))
    assert few["alarms"] == many["alarms"] == pytest.approx(0.05)
    assert many["alarms_high"] - many["alarms_low"] < (few["alarms_high"] - few["alarms_low"]) / 4
    assert few["alarms_worst_key"] == 0.1
