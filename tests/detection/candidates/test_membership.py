from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from tests.detection.worlds import BEGIN_US, DAY_US, planted

from stillwatch.detection.candidates import membership
from stillwatch.detection.candidates.membership import member_test
from stillwatch.detection.frame import Frame
from stillwatch.detection.linking.refine import Group

MEMBERS = 20
EACH = 5


def site(**more: Any) -> Frame:
    """Twenty accounts with five exchanges each, in turn."""
    return planted([(f"acct-{k % MEMBERS}", []) for k in range(MEMBERS * EACH)], **more)


def candidate_of(frame: Frame, *, own: Any = None, **more: Any) -> tuple[Any, Any]:
    """Members, and those near them, of a group that holds all exchanges with the same weight unless told otherwise."""
    rows = more.get("rows", np.arange(frame.size))
    weight = more.get("weight", np.full(rows.size, 50.0, dtype=np.float32))
    group = Group(rows, weight, np.arange(30), 1.0, 0.0, more.get("veterans"))
    own = np.ones(rows.size, dtype=np.bool_) if own is None else own
    found = member_test(frame, group, own)
    return found.members, found.near


def test_members_carry_the_demand_about_as_strongly_as_the_others_and_more_than_once() -> None:
    frame = site()
    weight = np.full(frame.size, 50.0, dtype=np.float32)
    weight[frame.account == 3] = 50.0 * (membership.MEMBER_SHARE - 0.1)
    rows = np.flatnonzero((frame.account != 4) | (np.arange(frame.size) < 2 * MEMBERS))
    members, near = candidate_of(
        frame, rows=rows, weight=weight[rows], veterans=np.array([5], dtype=np.int32)
    )
    assert near.tolist() == [3, 4, 5], (
        "one that holds too little, one that sent it twice, one that always sent it"
    )
    assert sorted([*members.tolist(), *near.tolist()]) == list(range(MEMBERS))


def test_later_turns_of_a_conversation_do_not_make_a_member() -> None:
    frame = site(first_turn=[k % MEMBERS != 6 or k < MEMBERS for k in range(MEMBERS * EACH)])
    members, near = candidate_of(frame)
    assert 6 not in members
    assert near.size == 0, "one opening is too little to come near"


def test_repeating_what_others_sent_does_not_make_a_member() -> None:
    frame = site()
    own = (frame.account != 6) | (np.arange(frame.size) < 2 * MEMBERS)
    _, near = candidate_of(frame, own=own)
    assert near.tolist() == [6]


def test_an_account_unlike_all_others_must_carry_the_demand_in_full() -> None:
    fresh, old = BEGIN_US - DAY_US, BEGIN_US - 400 * DAY_US
    frame = site(created=[old if k % MEMBERS in (7, 8) else fresh for k in range(MEMBERS * EACH)])
    share = (membership.MEMBER_SHARE + membership.MISFIT_SHARE) / 2
    weight = np.where(np.isin(frame.account, (7, 9)), 50.0 * share, 50.0).astype(np.float32)
    _, near = candidate_of(frame, weight=weight)
    assert near.tolist() == [7], "8 is old and carries all of it, 9 is fresh like the others"


def test_a_newcomer_among_accounts_that_all_have_a_past_is_watched_at_most() -> None:
    frame = site()
    frame = dataclasses.replace(frame, newcomer=frame.account == 7)
    members, near = candidate_of(frame)
    assert near.tolist() == [7]
    assert members.size == MEMBERS - 1


def test_a_fair_share_of_the_load_makes_a_member_and_a_small_one_does_not() -> None:
    each = {1: 3, 2: 4}
    rows = [(f"acct-{k}", []) for k in range(MEMBERS) for _ in range(each.get(k, 12))]
    members, _ = candidate_of(planted(rows))
    assert sorted(set(range(MEMBERS)) - set(members.tolist())) == [1], "3 of 12 are too few, 4 are enough"
