"""Who was of largely the same crew at an earlier look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from stillwatch.detection.behaviour.together import LEAST_TOGETHER, Together


def crew(accounts: Iterable[int]) -> Any:
    return np.array(sorted(accounts), dtype=np.int32)


def again(together: Together, checkpoint: int, *crews: Any) -> list[list[int]]:
    return [found.tolist() for found in together.take(checkpoint, list(crews))]


def test_who_comes_to_a_crew_is_of_it_from_the_second_look_on() -> None:
    seen = Together()
    assert again(seen, 0, crew(range(12))) == [[]]
    assert again(seen, 1, crew(range(14))) == [list(range(12))]
    assert again(seen, 2, crew(range(14))) == [list(range(14))]


def test_a_crew_that_comes_together_anew_is_known_and_who_was_with_others_is_not_of_it() -> None:
    seen = Together()
    again(seen, 0, crew(range(12)), crew(range(12, 24)))
    assert again(seen, 1, crew(range(16))) == [list(range(12))]


def test_a_part_of_a_crew_is_that_crew_and_few_accounts_are_none() -> None:
    seen = Together()
    again(seen, 0, crew(range(30)))
    assert again(seen, 1, crew(range(LEAST_TOGETHER))) == [list(range(LEAST_TOGETHER))]
    assert again(seen, 1, crew(range(LEAST_TOGETHER - 1))) == [[]]


@pytest.mark.parametrize(("at", "known"), [(3, 0), (4, 0), (5, 12)], ids=["later", "now", "before"])
def test_only_what_was_seen_before_counts_whenever_it_is_asked(at: int, known: int) -> None:
    seen = Together()
    again(seen, 4, crew(range(12)))
    assert [len(each) for each in again(seen, at, crew(range(12)))] == [known]


def test_two_crews_of_one_look_say_nothing_of_each_other() -> None:
    assert again(Together(), 0, crew(range(12)), crew(range(12))) == [[], []]


def test_where_two_earlier_looks_are_asked_for_one_is_not_enough() -> None:
    seen = Together(2)
    assert [again(seen, look, crew(range(12))) for look in range(3)] == [[[]], [[]], [list(range(12))]]
