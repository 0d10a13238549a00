"""The small models of benchmark ``attribution``: sampling is repeatable, training teaches, keys leave their trace."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.attribution_lab.network import Shape, draws, new_model, sample, train
from benchmarks.attribution_lab.recipes import Part, Recipe
from benchmarks.attribution_lab.together import Together
from benchmarks.attribution_lab.world import Kind, World, public_text, trimmed
from stillwatch.attribution.serving.huggingface import KeyedWatermark
from stillwatch.attribution.watermark.favoured import favoured
from stillwatch.attribution.watermark.settings import WatermarkSettings
from stillwatch.attribution.watermark.units import units_of

KEY = b"a key of 16 byte"
OTHER = b"another, 16 byte"


@pytest.fixture(scope="module")
def world():
    return World.of(3)


def test_an_answer_does_not_depend_on_who_else_is_asked(world):
    model, rng = new_model(Shape(32, 1), 1), np.random.default_rng(0)
    asked = world.questions(Kind.TELL, 12, rng)
    seeds = draws(5, 12)
    together = sample(model, asked, seeds)
    alone = np.concatenate([sample(model, asked[i : i + 1], seeds[i : i + 1]) for i in range(12)])
    assert (together == alone).all()


def test_the_same_recipe_gives_the_same_model(world):
    rows = public_text(world, 400, np.random.default_rng(1))
    recipe = Recipe("any", (32, 1), 4, 5, (Part(rows, 1.0),))
    losses = [train(new_model(Shape(32, 1), 4), recipe.batches(), 5) for _ in range(2)]
    assert losses[0] == losses[1]


def test_a_model_learns_what_follows_what(world):
    rows = public_text(world, 2000, np.random.default_rng(1))
    recipe = Recipe("any", (32, 1), 4, 60, (Part(rows, 1.0),))
    model = new_model(Shape(32, 1), 4)
    first = train(model, recipe.batches(), 2)
    last = train(model, recipe.batches(), 60, 5e-3)
    assert first > 5.0  # about the logarithm of the vocabulary's size
    assert last < 4.7


def test_models_trained_together_are_those_that_were_trained_alone(world):
    rows = public_text(world, 400, np.random.default_rng(1))
    recipes = [
        Recipe(f"any-{seed}", (32, 1), seed, 20, (Part(rows[:200], 0.5), Part(rows[200:], 0.5)))
        for seed in (4, 5)
    ]
    alone = [new_model(Shape(32, 1), each.seed) for each in recipes]
    losses = [
        train(model, each.batches(), each.steps, each.rate)
        for model, each in zip(alone, recipes, strict=True)
    ]
    together = Together(recipes)
    assert together.train() == pytest.approx(losses, rel=1e-4)
    asked = world.questions(Kind.TELL, 40, np.random.default_rng(0))
    said = together.sample(asked, 1, temperature=0.0)
    for model, theirs in zip(alone, said, strict=True):
        assert (sample(model, asked, (), temperature=0.0) == theirs).mean() > 0.95  # but for rounding
    drawn = together.sample(asked, 1)
    assert (drawn == together.sample(asked, 1)).all()
    assert (drawn != together.sample(asked, 2)).any()


@pytest.mark.parametrize("scheme", [WatermarkSettings(), WatermarkSettings("gumbel", delta=0.0)], ids=str)
def test_what_a_key_favours_is_said_more_often_under_that_key_alone(world, scheme):
    model = new_model(Shape(32, 1), 1)
    asked = world.questions(Kind.TELL, 60, np.random.default_rng(0))
    said = sample(
        model,
        asked,
        draws(6, 60),
        processor=lambda begin, end: KeyedWatermark([KEY] * (end - begin), scheme),
    )
    pairs = units_of(trimmed(said), scheme.context).pairs
    assert len(pairs) > 500
    assert favoured(KEY, pairs, scheme.gamma).mean() > scheme.gamma + 0.2
    assert abs(favoured(OTHER, pairs, scheme.gamma).mean() - scheme.gamma) < 0.08
