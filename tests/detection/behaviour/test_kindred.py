"""Sharing a campaign's words does not make an account one of it; behaving like the others does."""

import numpy as np

from stillwatch.detection.behaviour.kindred import KIN, Circle

MEMBERS = np.array([1, 4, 6, 9], dtype=np.int32)
ACCOUNTS = np.array([1, 3, 4, 6, 9], dtype=np.int64)


def near(*rows: list[int]) -> Circle:
    """Who stands near each of `ACCOUNTS`, as positions in it."""
    return Circle(ACCOUNTS, np.array(rows))


def test_a_member_with_enough_others_near_is_kindred_and_one_with_fewer_is_not() -> None:
    others = [2, 3, 4], [0, 2, 3], [0, 3, 1], [0, 2, 1], [1, 7, 0]
    assert near(*others).kindred(MEMBERS).tolist() == [1, 4, 6]
    assert KIN == 2


def test_an_account_that_is_no_member_is_not_kindred_however_near_it_stands() -> None:
    everybody = [[k for k in range(5) if k != own][:3] for own in range(5)]
    assert 3 not in near(*everybody).kindred(MEMBERS)


def test_a_member_that_sent_too_little_to_stand_anywhere_is_not_kindred() -> None:
    everybody = [[k for k in range(5) if k != own][:3] for own in range(5)]
    assert near(*everybody).kindred(np.array([1, 2, 4, 6, 9], dtype=np.int32)).tolist() == [1, 4, 6, 9]


def test_neighbours_of_earlier_traffic_and_missing_ones_do_not_count() -> None:
    assert near(*[[5, 8, -1]] * 5).kindred(MEMBERS).size == 0
