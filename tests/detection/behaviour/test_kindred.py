"""Sharing a campaign's words does not make an account one of it; behaving like the others does."""

import numpy as np

from stillwatch.detection.behaviour.kindred import KIN, Circle, returned

MEMBERS = np.array([1, 4, 6, 9], dtype=np.int32)
ACCOUNTS = np.array([1, 3, 4, 6, 9], dtype=np.int64)


def near(*rows: list[int]) -> Circle:
    """Who stands near each of `ACCOUNTS`, as positions in it."""
    return Circle(ACCOUNTS, np.array(rows))


def test_a_member_with_enough_others_near_is_kindred_and_one_with_fewer_is_not() -> None:
    others = [2, 3, 4], [0, 4, 3], [0, 3, 4], [0, 2, 1], [1, 7, 0]
    assert near(*others).kindred(MEMBERS).tolist() == [1, 4, 6]
    assert KIN == 2


def test_an_account_that_is_no_member_is_not_kindred_however_near_it_stands() -> None:
    everybody = [[k for k in range(5) if k != own] for own in range(5)]
    assert 3 not in near(*everybody).kindred(MEMBERS)


def test_a_member_that_no_two_others_have_near_is_not_kindred_however_many_it_has() -> None:
    others = [2, 3, 1], [0, 4, 3], [0, 3, 1], [0, 2, 1], [0, 2, 3]
    assert near(*others).kindred(MEMBERS).tolist() == [1, 4, 6]


def test_a_member_that_sent_too_little_to_stand_anywhere_is_not_kindred() -> None:
    everybody = [[k for k in range(5) if k != own] for own in range(5)]
    assert near(*everybody).kindred(np.array([1, 2, 4, 6, 9], dtype=np.int32)).tolist() == [1, 4, 6, 9]


def test_neighbours_of_earlier_traffic_and_missing_ones_do_not_count() -> None:
    assert near(*[[5, 8, -1]] * 5).kindred(MEMBERS).size == 0


def test_of_two_groups_that_stand_apart_the_larger_is_kindred() -> None:
    accounts = np.arange(10, 17)
    hired, users = [[1, 3], [0, 2], [0, 3], [1, 2]], [[5, 6], [4, 6], [4, 5]]
    circle = Circle(accounts, np.array(hired + users))
    assert circle.kindred(accounts.astype(np.int32)).tolist() == [10, 11, 12, 13]


def test_one_link_between_two_groups_is_chance_and_two_join_them() -> None:
    accounts = np.arange(10, 17)
    for last, found in ([4, 5, 3], [10, 11, 12, 13]), ([4, 5, 3, 2], accounts.tolist()):
        hired, users = [[1, 3], [0, 2], [0, 3], [1, 2]], [[5, 6], [4, 6], last]
        circle = Circle(accounts, np.array([[*each, -1, -1][:4] for each in hired + users]))
        assert circle.kindred(accounts.astype(np.int32)).tolist() == found


def test_the_more_there_are_the_more_links_it_takes() -> None:
    """Two rings of forty; so many of the second have one of the first among their nearest."""
    accounts = np.arange(80)
    ring = [[40 * (n // 40) + (n % 40 + step) % 40 for step in (1, -1, 2)] for n in range(80)]
    for many, found in (3, 40), (4, 80):
        index = np.array([[*each, n - 40 if 40 <= n < 40 + many else -1] for n, each in enumerate(ring)])
        assert Circle(accounts, index).kindred(accounts.astype(np.int32)).size == found


def test_nobody_is_kindred_where_there_is_nobody() -> None:
    assert near(*[[5, 8, -1]] * 5).kindred(np.zeros(0, dtype=np.int32)).size == 0


def test_who_comes_near_a_crew_is_not_of_it_while_its_members_have_nearer_ones() -> None:
    crew = [[1, 2], [0, 2], [0, 1]]
    bystander, stranger = [0, 1], [7, 8]
    index = np.array([*crew, bystander, stranger])
    assert returned(index, np.array([0, 1, 2, 3])).tolist() == [0, 1, 2]


def test_one_member_that_has_it_near_is_not_enough_and_neighbours_outside_do_not_matter() -> None:
    index = np.array([[1, 3], [0, 2], [0, 1], [0, 1], [3, 2]])
    assert returned(index, np.array([0, 1, 2, 3])).tolist() == [0, 1]
    assert returned(index, np.array([0, 1, 2, 4])).tolist() == [0, 1, 2]
