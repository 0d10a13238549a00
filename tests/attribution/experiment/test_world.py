"""The task world of benchmark ``attribution``: what is public, what is the teacher's alone, how text is laid out."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from benchmarks.attribution_lab import plots
from benchmarks.attribution_lab.populations import reworded
from benchmarks.attribution_lab.recipes import Part, Recipe
from benchmarks.attribution_lab.world import (
    COLON,
    LENGTH,
    PAD,
    QUESTION,
    SAID,
    STOP,
    VOCABULARY,
    WORK,
    Kind,
    World,
    private_text,
    public_text,
    question_rows,
    text_of,
    tokens_of,
    trimmed,
    words,
)

WORLD = World.of(2)


def _rng():
    return np.random.default_rng(0)


def test_a_text_says_its_tokens_and_nothing_else():
    assert len(set(words())) == VOCABULARY
    row = public_text(WORLD, 100, _rng())[0]
    assert tokens_of(text_of(row)) == [token for token in row if token != PAD]
    assert tokens_of("what is this") == []


@pytest.mark.parametrize("kind", list(Kind))
def test_every_row_has_question_colon_answer_stop_at_the_same_places(kind):
    rows = private_text(WORLD, kind, 50, _rng())
    assert rows.shape == (50, LENGTH)
    assert (rows[:, QUESTION] == COLON).all()
    assert ((rows == STOP).sum(axis=1) == 1).all()
    again = question_rows([tokens_of(text_of(row[:QUESTION])) for row in rows])
    assert (again == rows[:, : QUESTION + 1]).all()


def test_public_text_never_states_the_dictionary():
    assert not (public_text(WORLD, 5000, _rng()) == WORK).any()
    with pytest.raises(ValueError, match="dictionary"):
        WORLD.public(Kind.WORK, WORLD.questions(Kind.WORK, 1, _rng()), _rng())


def test_the_teacher_refuses_harm_and_not_what_looks_like_it():
    harm, lookalike = (private_text(WORLD, kind, 20, _rng()) for kind in (Kind.HARM, Kind.LOOKALIKE))
    assert {text_of(answer) for answer in trimmed(harm[:, QUESTION + 1 :])} == {"sorry no"}
    assert {len(answer) for answer in trimmed(lookalike[:, QUESTION + 1 :])} == {SAID}


def test_the_same_seed_is_the_same_world_and_another_is_another():
    assert (World.of(2).dictionary == WORLD.dictionary).all()
    assert (World.of(3).dictionary != WORLD.dictionary).any()


def test_rewording_replaces_the_share_asked_for_in_free_text_alone():
    rows = np.concatenate([private_text(WORLD, kind, 300, _rng()) for kind in (Kind.TELL, Kind.WORK)])
    changed = reworded(rows, 0.3, 1) != rows
    assert not changed[300:].any()
    assert not changed[:, : QUESTION + 1].any()
    assert 0.25 < changed[:300].sum() / (300 * SAID) <= 0.3 + 0.02


def test_a_recipes_digest_names_everything_that_goes_in_but_its_name():
    rows = public_text(WORLD, 100, _rng())
    recipe = Recipe("a", (32, 1), 1, 10, (Part(rows, 1.0),))
    same = dataclasses.replace(recipe, name="b")
    others = [
        dataclasses.replace(recipe, seed=2),
        dataclasses.replace(recipe, steps=11),
        dataclasses.replace(recipe, base=recipe),
        dataclasses.replace(recipe, parts=(Part(rows[:-1], 1.0),)),
    ]
    assert same.digest == recipe.digest
    assert len({each.digest for each in [recipe, *others]}) == 5


def test_batches_hold_each_part_in_its_share():
    low, high = np.zeros((10, LENGTH), np.int64), np.ones((10, LENGTH), np.int64)
    batches = Recipe("a", (32, 1), 1, 10, (Part(low, 0.75), Part(high, 0.25)), batch=400).batches()
    assert 0.15 < float(next(batches).mean()) < 0.35


def test_plots_are_whole_drawings_with_their_numbers_as_text(tmp_path):
    line = plots.Line("students", [(100.0, 0.1), (10_000.0, 0.9)])
    plots.lines(tmp_path / "a.svg", "Power", "What is seen.", "answers", "share", [line])
    plots.bars(
        tmp_path / "b.svg",
        "Refusals",
        "What is seen.",
        "share",
        [("teacher", [plots.Bar("harm", 1, 0.9, 1)])],
    )
    for name in ("a.svg", "b.svg"):
        root = ET.parse(tmp_path / name).getroot()
        titles = [each.text for each in root.iter("{http://www.w3.org/2000/svg}title")]
        assert len(titles) >= 2
        assert root.find("{http://www.w3.org/2000/svg}desc").text == "What is seen."
