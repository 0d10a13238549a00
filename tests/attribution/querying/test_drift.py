"""Whether a model still answers as it did: calibrated where it does, certain where it plainly does not."""

from __future__ import annotations

import random

import numpy as np
from tests.attribution.endpoints import babble

from stillwatch.attribution.querying.drift import drift_p

QUICK = 1_999
"""Permutations, enough for levels of 1 %."""


def answers(name: str, drawn: random.Random, prompts: int = 4, samples: int = 3) -> dict[str, list[str]]:
    """Each answer one of five that the model has for the prompt."""
    return {
        f"s-{prompt}": [babble(name, f"s-{prompt}", noise=drawn.randrange(5)) for _ in range(samples)]
        for prompt in range(prompts)
    }


def test_a_model_that_did_not_change_is_taken_for_changed_as_rarely_as_promised():
    drawn = random.Random(1)
    p = np.array([drift_p(answers("m", drawn), answers("m", drawn), seed, QUICK) for seed in range(150)])
    assert (p < 0.05).mean() <= 0.10
    assert (p < 0.01).mean() <= 0.04


def test_another_model_is_noticed():
    drawn = random.Random(2)
    found = [drift_p(answers("old", drawn, 8), answers("new", drawn, 8), seed, QUICK) for seed in range(10)]
    assert np.mean([p < 0.01 for p in found]) >= 0.7


def test_answers_without_chance_give_the_smallest_p_when_all_of_them_change():
    before = {f"s-{n}": [babble("old", str(n))] * 3 for n in range(6)}
    now = {f"s-{n}": [babble("new", str(n))] * 3 for n in range(6)}
    assert drift_p(before, now) == 1 / 20_000
    assert drift_p(before, before) == 1.0


def test_what_cannot_be_compared_is_no_sign_of_anything():
    assert drift_p({}, {}) == 1.0
    assert drift_p({"a": ["x"]}, {"a": ["y", "z"]}) == 1.0
    assert drift_p({"a": ["x", "x"]}, {"b": ["y", "y"]}) == 1.0


def test_the_order_of_prompts_is_irrelevant():
    drawn = random.Random(3)
    before, now = answers("m", drawn), answers("n", drawn)
    turned = dict(reversed(before.items()))
    assert drift_p(before, now, 5, QUICK) == drift_p(turned, now, 5, QUICK)
