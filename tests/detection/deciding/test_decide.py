from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from tests.detection.worlds import planted

from stillwatch.core.verdict import Reason
from stillwatch.detection.authorisations.standing import CLAIMED, CLAIMED_RELIEF
from stillwatch.detection.candidates.snapshots import Snapshot
from stillwatch.detection.deciding import decide, totals
from stillwatch.detection.deciding.crew_record import LEAST_ALONG, SURROUNDINGS, TEMPLATE_SAYS
from stillwatch.detection.deciding.decide import Judgement, judge, posterior
from stillwatch.detection.deciding.lasting import LOOKS, STEADY
from stillwatch.detection.frame import Frame
from stillwatch.detection.weighing.evidence import Evidence
from stillwatch.detection.weighing.scales import Scales, Scorecard

MEMBERS = 20
EACH = 5
HONEST = 300
BASE = {"known": -12.0, "cold": -11.0, "crew": -10.0, "cold_crew": -9.0}
SCALES = Scales(cards={kind: Scorecard(base, {}) for kind, base in BASE.items()}, card={})


def site(*, history: Frame | None = None, **more: Any) -> Frame:
    """Twenty accounts with five exchanges each, in turn."""
    return planted([(f"acct-{k % MEMBERS}", []) for k in range(MEMBERS * EACH)], history=history, **more)


def candidate(track: int, checkpoint: int, frame: Frame, **more: Any) -> Snapshot:
    """All exchanges of the frame as one candidate of which all accounts are members."""
    usual = Snapshot(
        track=track,
        checkpoint=checkpoint,
        rows=np.arange(frame.size),
        accounts=np.unique(frame.account),
        site_accounts=1000,
        grams=30,
        earlier=float("nan"),
        members=np.unique(frame.account),
        near=np.zeros(0, dtype=np.int32),
        kindred=np.unique(frame.account),
        again=np.unique(frame.account),
        wording=0.95,
        own_topics=1.0,
    )
    return dataclasses.replace(usual, **({"kindred": more["members"]} if "members" in more else {}) | more)


def judged(
    frame: Frame, course: list[dict[int, float]], *, figures: dict[str, float] | None = None, **more: Any
) -> Judgement:
    """What follows when the detectors' decibans of each track are these at one checkpoint after the other."""
    snapshots = [candidate(track, k, frame, **more) for k, weights in enumerate(course) for track in weights]
    keys = [(k, track) for k, weights in enumerate(course) for track in weights]
    reasons = {(k, track): (Reason("all", course[k][track], "all detectors together"),) for k, track in keys}
    told = {key: {"novelty": 3.0} if figures is None else figures for key in keys}
    return judge(snapshots, Evidence(reasons, told, ()), SCALES, fdr=0.01)


def above(total: float) -> float:
    """Decibans of evidence that end at this total where earlier traffic tells what is new."""
    return total - BASE["known"]


def test_evidence_adds_to_the_base_of_its_scorecard_and_more_is_asked_where_nothing_tells_what_is_new() -> (
    None
):
    new = judged(site(), [{0: 10.0}])
    unknown = judged(site(), [{0: 10.0}], figures={})
    assert new.decisions[0, 0].total == BASE["known"] + 10.0
    assert unknown.decisions[0, 0].total == BASE["cold"] - totals.COLD_CAUTION + 10.0


def test_small_candidates_need_more() -> None:
    few = judged(site(), [{0: 10.0}], members=np.arange(10, dtype=np.int32))
    missing = totals.SMALL - 10
    assert few.decisions[0, 0].total == pytest.approx(BASE["known"] + 10.0 - missing * totals.SMALL_PENALTY)


def test_strong_evidence_has_to_hold_at_two_checkpoints() -> None:
    strong = above((decide.ATTACK + decide.AT_ONCE) / 2)
    course = judged(site(), [{0: strong}, {0: strong}])
    assert [course.decisions[k, 0].confirmed for k in (0, 1)] == [False, True]
    assert course.confirmed_at == {0: 1}
    assert {alarm.checkpoint for alarm in course.alarms.values()} == {1}

    interrupted = judged(site(), [{0: strong}, {0: above(0.0)}, {0: strong}])
    assert interrupted.confirmed_at == {0: 2}


def test_accounts_that_come_together_anew_are_the_same_suspicion_and_others_are_not() -> None:
    strong = above((decide.ATTACK + decide.AT_ONCE) / 2)
    frame = site()
    course = judged(frame, [{0: strong}, {1: strong}])
    assert course.confirmed_at == {1: 1}
    at_the_same_time = judged(frame, [{0: strong, 1: strong}])
    assert at_the_same_time.confirmed_at == {}

    halves = np.split(np.arange(MEMBERS, dtype=np.int32), 2)
    snapshots = [candidate(k, k, frame, members=halves[k]) for k in (0, 1)]
    weight = strong + (totals.SMALL - MEMBERS // 2) * totals.SMALL_PENALTY
    reasons = {(k, k): (Reason("all", weight, "all detectors together"),) for k in (0, 1)}
    told = {(k, k): {"novelty": 3.0} for k in (0, 1)}
    assert judge(snapshots, Evidence(reasons, told, ()), SCALES, fdr=0.01).confirmed_at == {}


CROWD = {track: -18.0 - track % 5 for track in range(1, 80)}
"""Totals of honest candidates that lie close together, so that little above even odds stands out."""


def test_what_stands_out_above_even_odds_look_after_look_is_called() -> None:
    crowd = {track: above(total) for track, total in CROWD.items()}
    modest, weak = crowd | {0: above(decide.ATTACK / 2)}, crowd | {0: above(-1.0)}
    course = judged(site(), [modest] * (LOOKS + 1))
    assert course.confirmed_at == {0: LOOKS - 1}

    between = judged(site(), [{-1 - track: weight for track, weight in modest.items()}] * (LOOKS + 1))
    assert between.confirmed_at == {}, "looks between checkpoints are too close together"

    interrupted = judged(site(), ([modest] * (LOOKS - 1) + [weak]) * 2)
    assert interrupted.confirmed_at == {}


def test_a_candidate_that_fell_from_its_best_has_not_lasted() -> None:
    crowd = {track: above(total) for track, total in CROWD.items()}
    high, low = crowd | {0: above(decide.ATTACK - 0.5)}, crowd | {0: above(decide.ATTACK - STEADY - 1)}
    assert judged(site(), [high, high, low, low]).confirmed_at == {}
    assert judged(site(), [low, low, high]).confirmed_at == {0: 2}


def test_who_came_with_the_last_look_has_not_lasted() -> None:
    frame = site()
    reasons = {(k, t): (Reason("all", above(x), "all"),) for k in range(LOOKS) for t, x in CROWD.items()}
    reasons |= {(k, 0): (Reason("all", above(decide.ATTACK / 2), "all"),) for k in range(LOOKS)}
    evidence = Evidence(reasons, {key: {"novelty": 3.0} for key in reasons}, ())
    first = np.arange(15, dtype=np.int32)
    snapshots = [
        candidate(t, k, frame, **({"members": first} if t == 0 and k < LOOKS - 1 else {})) for k, t in reasons
    ]
    course = judge(snapshots, evidence, SCALES, fdr=0.01)
    assert set(course.alarms) == set(first.tolist())


def test_without_earlier_traffic_lasting_is_not_enough() -> None:
    least = totals.COLD_CAUTION - BASE["cold"]
    crowd = {track: least + total for track, total in CROWD.items()}
    course = judged(site(), [crowd | {0: least + decide.ATTACK / 2}] * (LOOKS + 1), figures={})
    assert course.decisions[0, 0].total == pytest.approx(decide.ATTACK / 2)
    assert course.confirmed_at == {}


def test_what_others_report_makes_nothing_last() -> None:
    frame, looks = site(), range(LOOKS + 1)
    reasons = {(k, t): (Reason("all", above(x), "all"),) for k in looks for t, x in CROWD.items()}
    heard = (Reason("all", above(-1.0), "all"), Reason("shared_indicators", 3.0, "reported"))
    reasons |= {(k, 0): heard for k in looks}
    evidence = Evidence(reasons, {key: {"novelty": 3.0} for key in reasons}, ())
    course = judge([candidate(t, k, frame) for k, t in reasons], evidence, SCALES, fdr=0.01)
    assert course.decisions[0, 0].total == pytest.approx(2.0)
    assert course.confirmed_at == {}


def test_overwhelming_evidence_suffices_once() -> None:
    assert judged(site(), [{0: above(decide.AT_ONCE + 1)}]).confirmed_at == {0: 0}


def test_what_few_accounts_show_never_suffices_once() -> None:
    few = np.arange(totals.SMALL - 1, dtype=np.int32)
    course = judged(site(), [{0: above(decide.AT_ONCE + 20)}] * 2, members=few)
    assert course.decisions[0, 0].total > decide.AT_ONCE
    assert course.confirmed_at == {0: 1}


def test_an_alarm_is_never_taken_back() -> None:
    course = judged(site(), [{0: above(decide.AT_ONCE + 5)}, {0: above(-20.0)}])
    assert not course.decisions[1, 0].confirmed
    assert course.confirmed_at == {0: 0}
    assert set(course.alarms) == set(range(MEMBERS))
    assert {alarm.checkpoint for alarm in course.alarms.values()} == {0}


def test_a_campaign_that_fades_keeps_its_alarms_and_gains_no_member() -> None:
    few = np.arange(totals.SMALL, dtype=np.int32)
    frame = site()
    course = [{0: above(decide.AT_ONCE + 20)}, {0: above(decide.AT_ONCE + 20 - decide.FADING - 1)}]
    keys = {(k, 0): (Reason("all", course[k][0], "all"),) for k in (0, 1)}
    told = Evidence(keys, {key: {"novelty": 3.0} for key in keys}, ())
    snapshots = [candidate(0, 0, frame, members=few), candidate(0, 1, frame)]
    found = judge(snapshots, told, SCALES, fdr=0.01)
    assert set(found.alarms) == set(few.tolist())
    assert found.decisions[0, 0].confirmed
    assert not found.decisions[1, 0].confirmed


@pytest.mark.parametrize(
    "more",
    [
        {"rows": np.arange(decide.LEAST_CAMPAIGN_EXCHANGES - 1)},
        {"members": np.arange(decide.LEAST_CAMPAIGN_ACCOUNTS - 1, dtype=np.int32)},
        {"grams": decide.LEAST_CAMPAIGN_GRAMS - 1},
    ],
    ids=["few exchanges", "few members", "few phrases"],
)
def test_too_little_is_no_campaign_whatever_speaks_for_it(more: dict[str, Any]) -> None:
    assert judged(site(), [{0: 60.0}, {0: 60.0}], **more).confirmed_at == {}


def test_a_bulk_of_honest_candidates_passes_nobody_and_a_clear_outlier_passes() -> None:
    rng = np.random.default_rng(5)
    bulk = {track: above(float(total)) for track, total in enumerate(rng.normal(-12.5, 4.5, HONEST))}
    assert judged(site(), [bulk, bulk]).confirmed_at == {}
    course = judged(site(), [bulk | {HONEST: above(45.0)}] * 2)
    assert set(course.confirmed_at) == {HONEST}


def test_where_candidates_scatter_widely_only_what_stands_out_there_passes() -> None:
    wide = {track: above(float(total)) for track, total in enumerate(np.linspace(-60.0, 12.0, HONEST))}
    course = judged(site(), [wide | {HONEST: above(decide.ATTACK + 1), HONEST + 1: above(90.0)}] * 2)
    assert set(course.confirmed_at) == {HONEST + 1}


def test_who_only_touches_a_confirmed_demand_is_watched_not_accused() -> None:
    others = np.delete(np.arange(MEMBERS, dtype=np.int32), 2)
    course = judged(site(), [{0: above(40.0)}], members=others, near=np.array([2], dtype=np.int32))
    assert 2 not in course.alarms
    assert course.watched == {2: 0}


def test_a_member_that_behaves_like_none_of_the_others_is_watched_not_accused() -> None:
    others = np.delete(np.arange(MEMBERS, dtype=np.int32), 2)
    course = judged(site(), [{0: above(40.0)}], kindred=others)
    assert set(course.alarms) == set(others.tolist())
    assert course.watched == {2: 0}


def test_a_campaign_needs_enough_members_that_behave_alike() -> None:
    few = np.arange(decide.LEAST_CAMPAIGN_ACCOUNTS - 1, dtype=np.int32)
    assert judged(site(), [{0: above(40.0)}] * 2, kindred=few).confirmed_at == {}


def test_a_likely_candidate_is_watched() -> None:
    course = judged(site(), [{0: above(decide.WATCH + 1)}])
    assert course.alarms == {}
    assert set(course.watched) == set(range(MEMBERS))
    assert judged(site(), [{0: above(decide.WATCH - 1)}]).watched == {}


def test_decibans_as_probabilities() -> None:
    assert posterior(0.0) == 0.5
    assert posterior(10.0) == pytest.approx(10 / 11)
    assert posterior(-20.0) == pytest.approx(1 / 101)


def test_what_would_be_called_but_for_a_registered_app_stays_on_watch() -> None:
    frame = site()
    snapshots = [candidate(0, 0, frame)]
    reasons = (Reason("all", above(15.0), "all"), Reason(CLAIMED, -CLAIMED_RELIEF, "registered"))
    found = judge(snapshots, Evidence({(0, 0): reasons}, {(0, 0): {"novelty": 3.0}}, ()), SCALES, fdr=0.01)
    assert not found.alarms
    assert set(found.watched) == set(range(MEMBERS))


OUTSIDE = 900  # an account that is no member
SMALL_COSTS = totals.SMALL_PENALTY * (totals.SMALL - 4)


def crew(track: int, checkpoint: int, frame: Frame, members: Any) -> Snapshot:
    return candidate(track, checkpoint, frame, members=members, grams=0, alike=1.0)


@pytest.mark.parametrize("missing", ["kindred", "again"])
def test_a_member_of_a_crew_that_does_not_behave_like_it_or_did_not_before_is_watched(missing: str) -> None:
    frame = site()
    members, settled = np.arange(14, dtype=np.int32), np.arange(12, dtype=np.int32)
    snapshots = [dataclasses.replace(crew(0, k, frame, members), **{missing: settled}) for k in (0, 1)]
    keys = {(k, 0): (Reason("all", 40.0, "all"),) for k in (0, 1)}
    told = Evidence(keys, {key: {"alike_accounts": 1.0, "new_behaviour": 2.0} for key in keys}, ())
    found = judge(snapshots, told, SCALES, fdr=0.01)
    assert set(found.alarms) == set(settled.tolist())
    assert {12, 13} <= set(found.watched)


@pytest.mark.parametrize(
    ("says", "sharing", "others", "gained"),
    [
        (-10.0, MEMBERS, 0, -TEMPLATE_SAYS),
        (2.5, MEMBERS, 0, 2.5),
        (30.0, MEMBERS, 0, TEMPLATE_SAYS),
        (-10.0, 5, 0, 0.0),
        (30.0, 5, 0, 0.0),
    ],
    ids=[
        "honest",
        "likely",
        "sure",
        "honest but of few",
        "sure but of few",
    ],
)
def test_the_template_that_a_crew_sends_speaks_for_or_against_it(
    says: float, sharing: int, others: int, gained: float
) -> None:
    frame = site()
    senders = np.concatenate((np.arange(sharing), np.arange(100, 100 + others))).astype(np.int32)
    snapshots = [
        candidate(0, 0, frame, members=senders),
        crew(1, 0, frame, np.arange(MEMBERS, dtype=np.int32)),
    ]
    small = totals.SMALL_PENALTY * max(0, totals.SMALL - senders.size)
    keys = {
        (0, 0): (Reason("all", says - BASE["known"] + small, "all"),),
        (0, 1): (Reason("all", 40.0, "all"),),
    }
    figures = {(0, 0): {"novelty": 3.0}, (0, 1): {"alike_accounts": 1.0, "new_behaviour": 2.0}}
    found = judge(snapshots, Evidence(keys, figures, ()), SCALES, fdr=0.01)
    assert found.decisions[0, 1].total == pytest.approx(BASE["crew"] + 40.0 - totals.CREW_CAUTION + gained)


@pytest.mark.parametrize(
    ("own", "sharing", "others", "gained"),
    [
        (0.1, 5, 0, TEMPLATE_SAYS),
        (-0.1, 5, 0, 0.0),
        (decide.ATTACK - 0.1, 5, 5, TEMPLATE_SAYS),
        (decide.ATTACK + 0.1, 5, 0, 0.0),
        (0.1, 5, 6, 0.0),
        (0.1, 4, 0, 0.0),
    ],
    ids=["even", "honest", "most senders", "suffices", "few senders", "too few"],
)
def test_templates_of_a_part_tip_what_is_likelier_a_campaign_and_does_not_suffice(
    own: float, sharing: int, others: int, gained: float
) -> None:
    frame = site()
    everybody = np.arange(MEMBERS, dtype=np.int32)
    senders = np.concatenate((everybody[:sharing], np.arange(100, 100 + others, dtype=np.int32)))
    snapshots = [candidate(0, 0, frame, members=senders), crew(1, 0, frame, everybody)]
    keys = {
        (0, 0): (Reason("all", 60.0, "all"),),
        (0, 1): (Reason("all", own + totals.CREW_CAUTION - BASE["crew"], "all"),),
    }
    figures = {(0, 0): {"novelty": 3.0}, (0, 1): {"alike_accounts": 1.0, "new_behaviour": 2.0}}
    found = judge(snapshots, Evidence(keys, figures, ()), SCALES, fdr=0.01).decisions[0, 1]
    assert found.total == pytest.approx(own + gained)
    assert [reason.detector for reason in found.said] == ["crew_templates"] * bool(gained)


def judged_with_a_template(snapshots: list[Snapshot], says: float) -> Judgement:
    """Two looks at a template (track 0), of which the evidence says so many decibans, and at a guilty crew (track 1)."""
    keys = {(k, 0): (Reason("all", says, "all"),) for k in (0, 1)}
    keys |= {(k, 1): (Reason("all", 60.0, "all"),) for k in (0, 1)}
    figures = {(k, 0): {"novelty": 3.0} for k in (0, 1)}
    figures |= {(k, 1): {"alike_accounts": 1.0, "new_behaviour": 2.0} for k in (0, 1)}
    return judge(snapshots, Evidence(keys, figures, ()), SCALES, fdr=0.01)


@pytest.mark.parametrize(
    ("says", "called"), [(20.0, MEMBERS - 4), (-10.0, MEMBERS)], ids=["guilty", "honest"]
)
def test_who_behaves_like_a_crew_but_sends_nothing_of_its_template_is_watched(
    says: float, called: int
) -> None:
    frame = site()
    everybody, senders = np.arange(MEMBERS, dtype=np.int32), np.arange(MEMBERS - 4, dtype=np.int32)
    snapshots = [
        s
        for k in (0, 1)
        for s in (
            candidate(0, k, frame, members=senders, accounts=senders),
            crew(1, k, frame, everybody),
        )
    ]
    found = judged_with_a_template(snapshots, says)
    assert len(found.alarms) == called
    assert set(found.watched) == set(everybody.tolist()) - set(found.alarms)


@pytest.mark.parametrize(
    ("says", "called"), [(-10.0, MEMBERS - 4), (20.0, MEMBERS)], ids=["honest", "guilty"]
)
def test_who_stands_at_the_edge_of_a_crew_and_sends_what_looks_honest_is_watched(
    says: float, called: int
) -> None:
    frame = site()
    everybody, senders = np.arange(MEMBERS, dtype=np.int32), np.arange(MEMBERS - 4, MEMBERS, dtype=np.int32)
    near = np.tile(np.roll(everybody, 1), (MEMBERS, 1))
    near[senders, : MEMBERS // 2] = OUTSIDE
    snapshots = [
        s
        for k in (0, 1)
        for s in (
            candidate(0, k, frame, members=senders, accounts=senders),
            dataclasses.replace(crew(1, k, frame, everybody), nearest=near.ravel(), new_behaviour=2.0),
        )
    ]
    found = judged_with_a_template(snapshots, says - BASE["known"] + SMALL_COSTS)
    assert len(found.alarms) == called
    assert set(found.watched) == set(everybody.tolist()) - set(found.alarms)


@pytest.mark.parametrize(
    ("new", "accounts", "pays"),
    [
        (totals.ALL_NEW, totals.LOCAL, 0.0),
        (totals.ALL_NEW - 0.5, totals.LOCAL, 0.5 * totals.NOT_NEW),
        (totals.ALL_NEW - 0.5, totals.LOCAL - 1, 0.0),
        (float("nan"), totals.LOCAL, 0.0),
    ],
)
def test_a_crew_pays_for_accounts_of_before_that_behave_like_its_own_unless_the_site_is_small(
    new: float, accounts: int, pays: float
) -> None:
    frame = site()
    everybody = np.arange(MEMBERS, dtype=np.int32)
    one = dataclasses.replace(crew(0, 0, frame, everybody), new_behaviour=new, site_accounts=accounts)
    told = Evidence(
        {(0, 0): (Reason("all", 10.0, "all"),)}, {(0, 0): {"alike_accounts": 1.0, "new_behaviour": 2.0}}, ()
    )
    found = judge([one], told, SCALES, fdr=0.01).decisions[0, 0]
    assert found.total == pytest.approx(BASE["crew"] + 10.0 - totals.CREW_CAUTION - pays)
    assert [r.detector for r in found.said] == ["earlier_ways"] * bool(pays)


def test_accounts_of_one_organisation_need_more() -> None:
    frame = site()
    owned = (Reason("all", 40.0, "all"), Reason("one_organisation", -4.0, "one"))
    found = judge([candidate(0, 0, frame)], Evidence({(0, 0): owned}, {(0, 0): {}}, ()), SCALES, fdr=0.01)
    assert found.decisions[0, 0].total == BASE["cold"] + 36.0 - totals.COLD_CAUTION - totals.ONE_OWNER
    assert [(r.detector, r.decibans) for r in found.decisions[0, 0].said] == [
        ("one_owner", -totals.ONE_OWNER)
    ]


@pytest.mark.parametrize(("share", "pays"), [(totals.ONE_PAYER, totals.ONE_OWNER + 7.0), (0.8, 0.0)])
def test_accounts_that_one_payer_pays_for_need_more(share: float, pays: float) -> None:
    paid = (Reason("all", 40.0, "all"), Reason("shared_payments", 7.0, "an overlap"))
    told = Evidence({(0, 0): paid}, {(0, 0): {}}, ())
    found = judge([candidate(0, 0, site(), one_payer=share)], told, SCALES, fdr=0.01).decisions[0, 0]
    assert found.total == BASE["cold"] + 47.0 - totals.COLD_CAUTION - pays
    assert [r.detector for r in found.said] == ["one_payer"] * bool(pays)


def test_that_a_crew_is_new_counts_nothing_where_customers_from_before_send_its_system_prompt() -> None:
    frame = site()
    everybody = np.unique(frame.account)
    says = (
        Reason("all", 20.0, "all"),
        Reason("own_history", 9.0, "new"),
        Reason("one_season", -1.0, "mixed"),
    )

    def total(company: int) -> float:
        crew = candidate(0, 0, frame, alike=1.0, new_behaviour=2.0, company=company, members=everybody)
        figures = {(0, 0): {"alike_accounts": 1.0, "new_behaviour": 2.0}}
        return judge([crew], Evidence({(0, 0): says}, figures, ()), SCALES, fdr=0.01).decisions[0, 0].total

    assert total(MEMBERS // 2 - 1) == total(0)
    assert total(MEMBERS // 2) == pytest.approx(total(0) - 9.0)


@pytest.mark.parametrize(
    ("neighbours", "gained"), [(-40.0, -10.0 * SURROUNDINGS), (20.0, 0.0)], ids=["honest", "guilty"]
)
def test_a_crew_pays_for_honest_neighbours_and_gains_nothing_by_guilty_ones(
    neighbours: float, gained: float
) -> None:
    frame = site()
    everybody = np.arange(MEMBERS, dtype=np.int32)
    beside = {"beside": np.array([1, 2], dtype=np.int32), "beside_links": np.array([25, 5], dtype=np.int32)}
    snapshots = [
        dataclasses.replace(crew(0, 0, frame, everybody), links=100, **beside),
        crew(1, 0, frame, everybody),
    ]
    keys = {
        (0, 0): (Reason("all", 40.0, "all"),),
        (0, 1): (Reason("all", neighbours - BASE["crew"] + totals.CREW_CAUTION, "all"),),
    }
    figures = {key: {"alike_accounts": 1.0, "new_behaviour": 2.0} for key in keys}
    decision = judge(snapshots, Evidence(keys, figures, ()), SCALES, fdr=0.01).decisions[0, 0]
    assert decision.total == pytest.approx(BASE["crew"] + 40.0 - totals.CREW_CAUTION + gained)
    assert [(r.detector, r.decibans) for r in decision.said] == ([("surroundings", gained)] if gained else [])


@pytest.mark.parametrize(
    ("kind", "kept_busy", "paid"),
    [
        ("crew", -5.0, 0.0),  # that its accounts were opened together says more
        ("crew", -8.0, -totals.CONTENT_ALONE),
        ("cold_crew", 5.0, 0.0),
        ("cold_crew", -2.0, -totals.CONTENT_ALONE),
    ],
)
def test_a_crew_pays_where_nothing_but_what_it_asks_for_and_being_new_speaks_against_it(
    kind: str, kept_busy: float, paid: float
) -> None:
    frame = site()
    reasons = (
        Reason("solicitation", 20.0, "asks"),
        Reason("own_history", 9.0, "new"),
        Reason("opened_together", 6.0, "opened together"),
        Reason("busy_accounts", kept_busy, "busy"),
    )
    figures = {"alike_accounts": 1.0} | ({"new_behaviour": 2.0} if kind == "crew" else {})
    told = Evidence({(0, 0): reasons}, {(0, 0): figures}, ())
    snapshots = [crew(0, 0, frame, np.arange(MEMBERS, dtype=np.int32))]
    decision = judge(snapshots, told, SCALES, fdr=0.01).decisions[0, 0]
    caution = totals.CREW_CAUTION if kind == "crew" else totals.COLD_CREW_CAUTION
    assert decision.total == pytest.approx(BASE[kind] + 35.0 + kept_busy - caution + paid)
    assert [(r.detector, r.decibans) for r in decision.said] == ([("content_alone", paid)] if paid else [])


@pytest.mark.parametrize(
    ("history", "came", "paid"),
    [
        (False, totals.CAME_FOR_IT - 0.5, -totals.ESTABLISHED),
        (False, totals.CAME_FOR_IT, 0.0),
        (True, totals.CAME_FOR_IT - 0.5, 0.0),
    ],
    ids=["there before", "came for it", "earlier traffic tells"],
)
def test_a_crew_that_may_have_been_there_for_long_pays_where_no_earlier_traffic_tells(
    history: bool, came: float, paid: float
) -> None:
    reasons = (
        Reason("busy_accounts", 20.0, "busy"),
        Reason("own_history", came - 1.0, "new"),
        Reason("opened_together", 1.0, "opened together"),
    )
    figures = {"alike_accounts": 1.0} | ({"new_behaviour": 2.0} if history else {})
    told = Evidence({(0, 0): reasons}, {(0, 0): figures}, ())
    one = crew(0, 0, site(), np.arange(MEMBERS, dtype=np.int32))
    decision = judge([one], told, SCALES, fdr=0.01).decisions[0, 0]
    caution = totals.CREW_CAUTION if history else totals.COLD_CREW_CAUTION
    base = BASE["crew" if history else "cold_crew"]
    assert decision.total == pytest.approx(base + 20.0 + came - caution + paid)
    assert [(r.detector, r.decibans) for r in decision.said] == ([("established", paid)] if paid else [])


def honest_crew_beside_a_template(frame: Frame, *, of_it: int, coming: int, outside: int) -> Judgement:
    """Who is called for a template when some of its senders are of a crew that looks honest.

    Args:
        frame: the exchanges.
        of_it: senders in the crew, the last ones.
        coming: senders who come at the second look, the last ones.
        outside: accounts of the crew that do not send it.
    """
    everybody = np.arange(MEMBERS, dtype=np.int32)
    others = np.arange(OUTSIDE, OUTSIDE + outside, dtype=np.int32)
    honest = crew(1, 1, frame, np.concatenate((everybody[MEMBERS - of_it :], others)))
    before = everybody[: MEMBERS - coming]
    snapshots = [
        candidate(0, 0, frame, members=before, accounts=before),
        honest,
        candidate(0, 1, frame, members=everybody, accounts=everybody),
    ]
    keys = {(k, 0): (Reason("all", 60.0, "all"),) for k in (0, 1)}
    keys |= {(1, 1): (Reason("all", -30.0, "all"),)}
    figures = {(k, 0): {"novelty": 3.0} for k in (0, 1)}
    figures |= {(1, 1): {"alike_accounts": 1.0, "new_behaviour": 2.0}}
    return judge(snapshots, Evidence(keys, figures, ()), SCALES, fdr=0.01)


@pytest.mark.parametrize(("outside", "called"), [(12, MEMBERS - 3), (1, MEMBERS)], ids=["apart", "the same"])
def test_who_is_of_an_honest_crew_is_not_called_for_words_unless_it_is_the_same_accounts(
    outside: int, called: int
) -> None:
    found = honest_crew_beside_a_template(site(), of_it=3, coming=4, outside=outside)
    assert len(found.alarms) == called
    assert set(found.watched) >= set(range(called, MEMBERS))
    assert set(found.spared) == {(0, account) for account in range(called, MEMBERS)}


@pytest.mark.parametrize(("of_it", "called"), [(LEAST_ALONG, MEMBERS - 6), (LEAST_ALONG - 1, MEMBERS - 4)])
def test_nobody_is_called_who_comes_to_a_template_along_with_an_honest_crew(of_it: int, called: int) -> None:
    found = honest_crew_beside_a_template(site(), of_it=of_it, coming=6, outside=12)
    assert len(found.alarms) == called
