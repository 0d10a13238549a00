from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from tests.detection.worlds import BEGIN_US, DAY_US, planted

from stillwatch.core.verdict import Reason
from stillwatch.detection import decide
from stillwatch.detection.candidates import Snapshot
from stillwatch.detection.decide import Judgement, judge, member_test, posterior
from stillwatch.detection.evidence import Evidence
from stillwatch.detection.frame import Frame

MEMBERS = 20
EACH = 5
HONEST = 300


def site(*, history: Frame | None = None, **more: Any) -> Frame:
    """Twenty accounts with five exchanges each, in turn."""
    return planted([(f"acct-{k % MEMBERS}", []) for k in range(MEMBERS * EACH)], history=history, **more)


def candidate(track: int, checkpoint: int, frame: Frame, **more: Any) -> Snapshot:
    """All exchanges of the frame as one candidate that sends its template whole."""
    usual = Snapshot(
        track=track,
        checkpoint=checkpoint,
        rows=np.arange(frame.size),
        weight=np.full(frame.size, 50.0, dtype=np.float32),
        accounts=np.unique(frame.account),
        site_accounts=1000,
        grams=30,
        earlier=float("nan"),
        veterans=np.zeros(0, dtype=np.int32),
        wording=0.95,
        own_topics=1.0,
        own=np.ones(frame.size, dtype=np.bool_),
    )
    made = dataclasses.replace(usual, **more)
    return dataclasses.replace(made, own=made.own[: made.rows.size])


def judged(frame: Frame, course: list[dict[int, float]], **more: Any) -> Judgement:
    """What follows when the detectors' decibans of each track are these at one checkpoint after the other."""
    snapshots = [candidate(track, k, frame, **more) for k, weights in enumerate(course) for track in weights]
    reasons = {
        (k, track): (Reason("all", weight, "all detectors together"),)
        for k, weights in enumerate(course)
        for track, weight in weights.items()
    }
    return judge(frame, snapshots, Evidence(reasons, {}, ()), fdr=0.001)


def above(total: float) -> float:
    """Decibans of evidence that end at this total on a site without a history."""
    return total - decide.PRIOR_COLD


def test_evidence_adds_to_a_prior_that_is_lower_where_nothing_tells_what_is_new() -> None:
    unknown = judged(site(), [{0: 10.0}])
    new = judged(site(), [{0: 10.0}], earlier=0.0)
    assert unknown.decisions[0, 0].total == decide.PRIOR_COLD + 10.0
    assert new.decisions[0, 0].total == decide.PRIOR + 10.0
    assert decide.PRIOR_COLD < decide.PRIOR < 0


def test_small_candidates_need_more() -> None:
    frame = site()
    few = judged(frame, [{0: 10.0}], accounts=np.arange(10, dtype=np.int32))
    missing = decide.SMALL - 10
    assert few.decisions[0, 0].total == pytest.approx(
        decide.PRIOR_COLD + 10.0 - missing * decide.SMALL_PENALTY
    )


def test_strong_evidence_has_to_hold_at_two_checkpoints_in_a_row() -> None:
    strong = above((decide.ATTACK + decide.AT_ONCE) / 2)
    course = judged(site(), [{0: strong}, {0: strong}])
    assert [course.decisions[k, 0].confirmed for k in (0, 1)] == [False, True]
    assert course.confirmed_at == {0: 1}
    assert {alarm.checkpoint for alarm in course.alarms.values()} == {1}

    interrupted = judged(site(), [{0: strong}, {0: above(0.0)}, {0: strong}])
    assert interrupted.confirmed_at == {}
    assert interrupted.alarms == {}


def test_overwhelming_evidence_suffices_once() -> None:
    assert judged(site(), [{0: above(decide.AT_ONCE + 1)}]).confirmed_at == {0: 0}


def test_an_alarm_is_never_taken_back() -> None:
    course = judged(site(), [{0: above(decide.AT_ONCE + 5)}, {0: above(-20.0)}])
    assert not course.decisions[1, 0].confirmed
    assert course.confirmed_at == {0: 0}
    assert set(course.alarms) == set(range(MEMBERS))
    assert {alarm.checkpoint for alarm in course.alarms.values()} == {0}


def test_rewording_lowers_the_bar_and_sending_a_template_whole_does_not() -> None:
    enough = above(decide.ATTACK - 0.5)
    course = [{0: enough}, {0: enough}]
    assert judged(site(), course, wording=decide.REWORDED - 0.05).confirmed_at == {0: 1}
    assert judged(site(), course, wording=decide.REWORDED + 0.05).confirmed_at == {}


@pytest.mark.parametrize(
    "more",
    [
        {
            "rows": np.arange(decide.LEAST_CAMPAIGN_EXCHANGES - 1),
            "weight": np.full(24, 50.0, dtype=np.float32),
        },
        {"accounts": np.arange(decide.LEAST_CAMPAIGN_ACCOUNTS - 1, dtype=np.int32)},
        {"grams": decide.LEAST_CAMPAIGN_GRAMS - 1},
    ],
    ids=["few exchanges", "few accounts", "few phrases"],
)
def test_too_little_is_no_campaign_whatever_speaks_for_it(more: dict[str, Any]) -> None:
    assert judged(site(), [{0: 60.0}, {0: 60.0}], **more).confirmed_at == {}


def test_accounts_that_only_touch_a_demand_make_no_campaign_of_those_few_that_carry_it() -> None:
    few = decide.LEAST_CAMPAIGN_ACCOUNTS - 1
    frame = site()
    heavy = np.where(frame.account < few, 50.0, 1.0).astype(np.float32)
    rows = np.flatnonzero((frame.account < few) | (np.arange(frame.size) < 2 * MEMBERS))
    assert judged(site(), [{0: above(40.0)}] * 2, rows=rows, weight=heavy[rows]).alarms == {}


def test_a_bulk_of_honest_candidates_passes_nobody_and_a_clear_outlier_passes() -> None:
    rng = np.random.default_rng(5)
    bulk = {track: above(float(total)) for track, total in enumerate(rng.normal(-10.0, 6.0, HONEST))}
    assert judged(site(), [bulk, bulk]).confirmed_at == {}
    course = judged(site(), [bulk | {HONEST: above(45.0)}] * 2)
    assert set(course.confirmed_at) == {HONEST}


def test_where_candidates_scatter_widely_only_what_stands_out_there_passes() -> None:
    wide = {track: above(float(total)) for track, total in enumerate(np.linspace(-60.0, 12.0, HONEST))}
    course = judged(site(), [wide | {HONEST: above(decide.ATTACK + 1), HONEST + 1: above(90.0)}] * 2)
    assert set(course.confirmed_at) == {HONEST + 1}


def test_members_carry_the_demand_about_as_strongly_as_the_others_and_more_than_once() -> None:
    frame = site()
    weight = np.full(frame.size, 50.0, dtype=np.float32)
    weight[frame.account == 3] = 50.0 * (decide.MEMBER_SHARE - 0.1)
    rows = np.flatnonzero((frame.account != 4) | (np.arange(frame.size) < 2 * MEMBERS))
    snapshot = candidate(0, 0, frame, rows=rows, weight=weight[rows], veterans=np.array([5], dtype=np.int32))
    members, near = member_test(frame, snapshot)
    assert near.tolist() == [3, 4, 5], (
        "one that holds too little, one that sent it twice, one that always sent it"
    )
    assert sorted([*members.tolist(), *near.tolist()]) == list(range(MEMBERS))


def test_later_turns_of_a_conversation_do_not_make_a_member() -> None:
    frame = site(first_turn=[k % MEMBERS != 6 or k < MEMBERS for k in range(MEMBERS * EACH)])
    members, near = member_test(frame, candidate(0, 0, frame))
    assert 6 not in members
    assert near.size == 0, "one opening is too little to come near"


def test_repeating_what_others_sent_does_not_make_a_member() -> None:
    frame = site()
    own = (frame.account != 6) | (np.arange(frame.size) < 2 * MEMBERS)
    _, near = member_test(frame, candidate(0, 0, frame, own=own))
    assert near.tolist() == [6]


def test_an_account_unlike_all_others_must_carry_the_demand_in_full() -> None:
    fresh, old = BEGIN_US - DAY_US, BEGIN_US - 400 * DAY_US
    frame = site(created=[old if k % MEMBERS in (7, 8) else fresh for k in range(MEMBERS * EACH)])
    share = (decide.MEMBER_SHARE + decide.MISFIT_SHARE) / 2
    weight = np.where(np.isin(frame.account, (7, 9)), 50.0 * share, 50.0).astype(np.float32)
    _, near = member_test(frame, candidate(0, 0, frame, weight=weight))
    assert near.tolist() == [7], "8 is old and carries all of it, 9 is fresh like the others"


def test_who_only_touches_a_confirmed_demand_is_watched_not_accused() -> None:
    course = judged(site(), [{0: above(40.0)}], veterans=np.array([2], dtype=np.int32))
    assert 2 not in course.alarms
    assert course.watched == {2: 0}


def test_a_likely_candidate_is_watched() -> None:
    course = judged(site(), [{0: above(decide.WATCH + 1)}])
    assert course.alarms == {}
    assert set(course.watched) == set(range(MEMBERS))
    assert judged(site(), [{0: above(decide.WATCH - 1)}]).watched == {}


def test_decibans_as_probabilities() -> None:
    assert posterior(0.0) == 0.5
    assert posterior(10.0) == pytest.approx(10 / 11)
    assert posterior(-20.0) == pytest.approx(1 / 101)
