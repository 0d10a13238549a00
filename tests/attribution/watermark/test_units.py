"""Units are distinct pairs inside answers; the contrast weighs what a suspect says more often than others."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.attribution.watermark.units import Units, contrast, less, pooled, units_of, without

texts = st.lists(st.lists(st.integers(-1, 5), max_size=12), max_size=8)


def counted(units: Units) -> dict[tuple[int, ...], float]:
    return {tuple(map(int, pair)): count for pair, count in zip(units.pairs, units.counts, strict=True)}


def plainly(several: list[list[int]], context: int) -> dict[tuple[int, ...], float]:
    found: dict[tuple[int, ...], float] = {}
    for text in several:
        for at in range(len(text) - context):
            pair = tuple(text[at : at + context + 1])
            if min(pair) >= 0:
                found[pair] = found.get(pair, 0.0) + 1.0
    return found


@settings(deadline=None, max_examples=50)
@given(texts, st.integers(1, 3))
def test_each_pair_of_an_answer_counts_once_with_how_often_it_was_said(
    several: list[list[int]], context: int
) -> None:
    assert counted(units_of(several, context)) == plainly(several, context)


@settings(deadline=None, max_examples=50)
@given(texts, texts)
def test_pooling_adds_and_taking_off_gives_back(one: list[list[int]], other: list[list[int]]) -> None:
    first, second = units_of(one, 1), units_of(other, 1)
    both = pooled([first, second], 1)
    assert counted(both) == plainly([*one, *other], 1)
    assert counted(less(both, second)) == counted(first)


@settings(deadline=None, max_examples=50)
@given(texts, texts)
def test_what_a_prompt_brought_along_is_left_out(said: list[list[int]], prompts: list[list[int]]) -> None:
    left = without(units_of(said, 1), units_of(prompts, 1))
    brought = plainly(prompts, 1)
    assert counted(left) == {pair: n for pair, n in plainly(said, 1).items() if pair not in brought}


def test_who_says_the_same_as_the_others_weighs_nothing() -> None:
    said = units_of([[1, 2, 1, 3, 1, 2, 1, 3]] * 50, 1)
    _, weights = contrast(said, pooled([said] * 20, 1))
    assert np.abs(weights).max() < 0.2


def test_a_token_said_more_often_weighs_for_and_one_said_less_against() -> None:
    suspect, others = units_of([[1, 2]] * 30 + [[1, 3]] * 10, 1), units_of([[1, 2]] * 100 + [[1, 3]] * 300, 1)
    units, weights = contrast(suspect, others)
    by_pair = {tuple(map(int, pair)): weight for pair, weight in zip(units.pairs, weights, strict=True)}
    assert by_pair[(1, 2)] > 0 > by_pair[(1, 3)]


def test_contexts_that_the_suspect_never_used_weigh_nothing() -> None:
    units, _ = contrast(units_of([[1, 2]], 1), units_of([[4, 5], [1, 3]], 1))
    assert {int(pair[0]) for pair in units.pairs} == {1}
