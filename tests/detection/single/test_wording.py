from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detection.conftest import SmallWorld

from stillwatch.detection.frame import Frame
from stillwatch.detection.single.gramtable import held_before, held_by_others, repeated
from stillwatch.detection.single.pooling import shared
from stillwatch.detection.single.repetition import repetition
from stillwatch.detection.single.windows import Windows

LISTS = st.lists(st.lists(st.integers(1, 30), max_size=6), min_size=1, max_size=25)


def of_grams(frame: Frame, lists: list[list[int]]) -> Frame:
    """The frame with these grams for its first exchanges."""
    offsets = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in lists], out=offsets[1:])
    flat = np.array([gram for each in lists for gram in each], dtype=np.uint64)
    return dataclasses.replace(frame, grams=flat, gram_offsets=offsets)


@settings(deadline=None)  # a loaded machine is no failure
@given(LISTS, st.integers(1, 4))
def test_repeated_counts_different_requests_as_counting_by_hand_does(
    small_world: SmallWorld, lists: list[list[int]], least: int
) -> None:
    frame = of_grams(small_world.frame, lists)
    middle = len(lists) // 2
    windows = Windows.of(frame, [np.arange(middle), np.arange(middle, len(lists))])
    found = repeated(windows, least)
    expected = {}
    for place, part in enumerate((lists[:middle], lists[middle:])):
        different = {tuple(sorted(each)): set(each) for each in part}
        for gram in range(1, 31):
            count = sum(gram in each for each in different.values())
            if count >= least:
                expected[place, gram] = count
    triples = zip(found[0].tolist(), found[1].tolist(), found[2].tolist(), strict=True)
    assert {(window, gram): count for window, gram, count in triples} == expected


@settings(deadline=None)  # a loaded machine is no failure
@given(LISTS)
def test_the_past_is_counted_by_exchanges(small_world: SmallWorld, lists: list[list[int]]) -> None:
    frame = of_grams(small_world.frame, lists)
    grams = np.arange(1, 31, dtype=np.uint64)
    found = held_before([(frame, np.arange(len(lists)))], grams)
    assert found.tolist() == [sum(gram in each for each in lists) for gram in range(1, 31)]


def test_only_wording_that_is_new_and_repeated_stands_out(small_world: SmallWorld) -> None:
    demand = [[7, 8, 100 + k] for k in range(12)]
    known = [[7, 8, 200 + k] for k in range(12)]
    frame = of_grams(small_world.frame, [*demand, *known, *[[300 + k] for k in range(12)]])
    windows = Windows.of(frame, [np.arange(12), np.arange(24, 36)])
    new = repetition(windows, [])
    assert new.strength[0] > 3
    assert new.strength[1] == 0
    assert new.here.tolist() == [12, 0]
    old = repetition(windows, [(frame, np.arange(12, 24))])
    assert old.strength.tolist() == [0, 0]
    assert new.sentence(0, 12) == ("a phrase stands in 12 of its 12 requests and in 0 of all others so far")


def test_what_other_accounts_say_at_the_same_time_is_not_private(small_world: SmallWorld) -> None:
    lists = [[7, 100 + k] for k in range(24)]
    frame = dataclasses.replace(
        of_grams(small_world.frame, lists), account=np.repeat(np.arange(2, dtype=np.int32), 12)
    )
    windows = Windows.of(frame, [np.arange(8), np.arange(8, 12)], np.zeros(2, dtype=np.int32))
    assert held_by_others(
        (frame, np.arange(24)), np.array([7, 7, 101], dtype=np.uint64), np.array([0, 1, 1])
    ).tolist() == [12, 12, 1]
    assert repetition(windows, [], (frame, np.arange(12))).strength[0] > 2
    assert repetition(windows, [], (frame, np.arange(24))).strength.tolist() == [0, 0]


def test_the_same_request_sent_again_is_no_work_list(small_world: SmallWorld) -> None:
    frame = of_grams(small_world.frame, [[7, 8, 9]] * 20)
    assert repetition(Windows.of(frame, [np.arange(20)]), []).strength.tolist() == [0]


def test_wording_counts_as_shared_only_between_several_owners(small_world: SmallWorld) -> None:
    lists = [[7, 100 + k] for k in range(12)]
    frame = of_grams(small_world.frame, lists)
    runs = [np.arange(3 * k, 3 * k + 3) for k in range(4)]
    assert (shared(Windows.of(frame, runs), []) > 1).all()
    assert (shared(Windows.of(frame, runs, np.zeros(4, dtype=np.int32)), []) == 0).all()
    assert (shared(Windows.of(frame, runs), [(frame, np.arange(12))]) == 0).all()
