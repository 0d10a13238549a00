from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detection.worlds import gram_values

from stillwatch.detection.weighing.overlap import Overlap

USES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=1, max_size=40)


def numbered(uses: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], int]:
    """The same uses with accounts numbered by first appearance, as a frame numbers them; how many there are."""
    number: dict[int, int] = {}
    return [(number.setdefault(account, len(number)), value) for account, value in uses], len(number)


def overlap(uses: list[tuple[int, int]]) -> Overlap:
    """Value 0 stands for what the log did not say."""
    values = np.array([0 if v == 0 else int(gram_values([v])[0]) for _, v in uses], dtype=np.uint64)
    return Overlap(values, np.array([account for account, _ in uses], dtype=np.int32))


def slowly(uses: list[tuple[int, int]], members: list[int], known: int) -> float:
    users: dict[int, set[int]] = {}
    for account, value in uses[:known]:
        if value:
            users.setdefault(value, set()).add(account)
    held = {value: who & set(members) for value, who in users.items() if who & set(members)}
    if not held:
        return math.nan
    return sum((len(k) - 1) * len(k) / len(users[value]) for value, k in held.items()) / len(members)


@settings(deadline=None)
@given(uses=USES, data=st.data())
def test_it_is_what_a_count_by_hand_gives_at_any_time(
    uses: list[tuple[int, int]], data: st.DataObject
) -> None:
    uses, accounts = numbered(uses)
    members = sorted(data.draw(st.sets(st.integers(0, accounts - 1), min_size=1)))
    known = data.draw(st.integers(0, len(uses)))
    found = overlap(uses).of(np.array(members, dtype=np.int32), known)
    assert found == pytest.approx(slowly(uses, members, known), nan_ok=True)


def test_what_everybody_shares_weighs_little_and_what_only_they_share_weighs_much() -> None:
    crowd = [(k, 1) for k in range(100)]
    pair = [(100, 2), (101, 2)]
    both = np.array([100, 101], dtype=np.int32)
    assert overlap(crowd + pair).of(both, 102) == pytest.approx(1 / 2)
    assert overlap(crowd + pair).of(np.array([3, 4], dtype=np.int32), 102) == pytest.approx(1 / 100)


def test_a_log_without_addresses_gives_no_figure() -> None:
    assert math.isnan(overlap([(0, 0), (1, 0)]).of(np.array([0, 1], dtype=np.int32), 2))
