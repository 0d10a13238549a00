from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.detection.authorisations.partners import candidate, partner, traffic, us
from tests.detection.deciding.test_decide import SCALES, above

from stillwatch.core.authorisation import AuthorisationKind, Period
from stillwatch.core.verdict import Reason
from stillwatch.detection.authorisations.standing import (
    AUTHORISED,
    PROVEN_RELIEF,
    RESOLD,
    STRANGER,
    Standing,
)
from stillwatch.detection.deciding import decide
from stillwatch.detection.deciding.decide import Judgement, judge
from stillwatch.detection.frame import Frame
from stillwatch.detection.weighing.evidence import Evidence
from stillwatch.detection.weighing.scales import learned

OWN = tuple(f"own-{k}" for k in range(10))
OTHERS = tuple(f"other-{k}" for k in range(10))


def judged(frame: Frame, standing: Standing, weight: float = 40.0) -> Judgement:
    """What follows when detectors say so much of all exchanges as one candidate, twice."""
    snapshots = [candidate(frame, checkpoint=k) for k in (0, 1)]
    found = (Reason("all", above(weight), "all detectors together"),)
    reasons = {(s.checkpoint, 0): (*standing.reasons(s, found), *found) for s in snapshots}
    permitted = {(s.checkpoint, 0): standing.permitted(s) for s in snapshots}
    evidence = Evidence(reasons, {key: {"novelty": 3.0} for key in reasons}, (), permitted, standing)
    return judge(snapshots, evidence, SCALES, fdr=0.01)


def names(frame: Frame, accounts: object) -> set[str]:
    return {frame.accounts[a] for a in accounts}  # type: ignore[attr-defined]


def test_a_permission_weighs_more_than_all_detectors_together() -> None:
    for card in learned().cards.values():
        most = card.base + sum(scale.bounds[1] for scale in card.scales.values())
        assert most - PROVEN_RELIEF < min(decide.WATCH, decide.CREW_WATCH)


def test_a_holder_within_its_scope_is_cleared_and_the_permission_is_named_with_owner_and_end() -> None:
    frame = traffic(OWN * 5)
    standing = Standing(frame, [partner(accounts=OWN, until_us=us(30))])
    course = judged(frame, standing)
    assert (course.alarms, course.watched) == ({}, {})
    assert names(frame, course.excused) == set(OWN)
    reason = standing.of_account(candidate(frame), 0)
    assert reason is not None
    assert (reason.detector, reason.decibans) == (AUTHORISED, -PROVEN_RELIEF)
    assert reason.sentence == "100 % authorised: “Example Lab”, MSA-14, owner partnerships, until 2026-03-17"


def test_who_is_not_the_holders_in_the_holders_work_is_on_watch_and_told_apart() -> None:
    frame = traffic((*OWN, *OTHERS[:2]) * 5)
    standing = Standing(frame, [partner(accounts=OWN)])
    course = judged(frame, standing)
    assert course.alarms == {}
    assert names(frame, course.watched) == set(OTHERS[:2])
    stranger = standing.of_account(candidate(frame), frame.accounts.index(OTHERS[0]))
    assert stranger is not None
    assert stranger.detector == STRANGER
    assert "none of the accounts of “Example Lab”" in stranger.sentence


def test_a_campaign_that_hides_among_a_partners_accounts_is_called_and_the_partner_is_not() -> None:
    frame = traffic((*OWN, *OTHERS) * 5)
    course = judged(frame, Standing(frame, [partner(accounts=OWN)]))
    assert names(frame, course.alarms) == set(OTHERS)
    assert names(frame, course.excused) == set(OWN)


def test_fewer_strangers_than_make_a_campaign_are_not_called_on_the_strength_of_the_holders_work() -> None:
    frame = traffic((*OWN[:5], *OTHERS[: decide.LEAST_CAMPAIGN_ACCOUNTS - 1]) * 5)
    course = judged(frame, Standing(frame, [partner(accounts=OWN)]))
    assert course.alarms == {}
    assert names(frame, course.watched) == set(OTHERS[: decide.LEAST_CAMPAIGN_ACCOUNTS - 1])


@pytest.mark.parametrize(
    "scope",
    [
        {"volume": 20, "period": Period.MONTH},
        {"models": ("other",)},
        {"until_us": us(0.1)},
    ],
    ids=["volume", "model", "term"],
)
def test_a_holder_beyond_its_scope_is_on_watch_because_it_can_be_asked(scope: dict[str, object]) -> None:
    frame = traffic(OWN * 5, model=["m"] * 50)
    standing = Standing(frame, [partner(accounts=OWN, **scope)])
    course = judged(frame, standing)
    assert course.alarms == {}
    assert names(frame, course.watched) == set(OWN)
    reason = standing.of_account(candidate(frame), 0)
    assert reason is not None
    assert " beyond “Example Lab”" in reason.sentence


def test_long_after_its_end_a_permission_counts_for_nothing() -> None:
    frame = traffic(OWN * 5)
    course = judged(frame, Standing(frame, [partner(accounts=OWN, until_us=us(-31))]))
    assert names(frame, course.alarms) == set(OWN)


def test_what_a_client_merely_says_takes_something_off_and_clears_nobody() -> None:
    frame = traffic(OWN * 5, client=[9] * 50)
    app = partner(kind=AuthorisationKind.APP, client=9)
    enough = judged(frame, Standing(frame, [app]), weight=decide.ATTACK + 10)
    assert enough.alarms == {}
    assert names(frame, enough.watched) == set(OWN)
    assert enough.excused == {}
    assert names(frame, judged(frame, Standing(frame, [app]), weight=60.0).alarms) == set(OWN)


def reseller(**more: object) -> Standing:
    frame = traffic((*OWN[:9], "house") * 5, organization_id=["org-r"] * 50)
    about = {"kind": AuthorisationKind.RESELLER, "organizations": ("org-r",), "accounts": ("house",)}
    return Standing(frame, [partner(**(about | more))])


def test_a_declared_reseller_explains_common_addresses_and_payments_and_nothing_else() -> None:
    standing = reseller(end_users=0.9)
    shared = (
        Reason("shared_addresses", 7.0, "x"),
        Reason("shared_payments", 4.5, "y"),
        Reason("novelty", 9, "z"),
    )
    snapshot = candidate(standing._frame)
    (found,) = standing.reasons(snapshot, shared)
    assert (found.detector, found.decibans) == (RESOLD, -11.5)
    assert standing.reasons(snapshot, shared[2:]) == ()
    assert standing.reasons(snapshot, (Reason("shared_payments", -4.0, "y"),)) == ()


def test_a_reseller_that_names_no_customers_explains_nothing() -> None:
    standing = reseller(end_users=0.95)  # a tenth of its requests carry its own account
    assert standing.reasons(candidate(standing._frame), (Reason("shared_addresses", 7.0, "x"),)) == ()


def test_a_holder_that_would_have_been_called_earlier_only_is_named_all_the_same() -> None:
    frame = traffic((*OWN, *OTHERS) * 5)
    standing = Standing(frame, [partner(accounts=OWN)])
    first, later = (candidate(frame, checkpoint=k) for k in (0, 1))
    later = dataclasses.replace(later, members=later.members[10:], kindred=later.kindred[10:])
    found = {0: (Reason("all", above(40.0), "all"),), 1: (Reason("all", above(-40.0), "all"),)}
    reasons = {(k, 0): found[k] for k in (0, 1)}
    permitted = {(s.checkpoint, 0): standing.permitted(s) for s in (first, later)}
    told = {key: {"novelty": 3.0} for key in reasons}
    course = judge([first, later], Evidence(reasons, told, (), permitted, standing), SCALES, fdr=0.01)
    assert names(frame, course.alarms) == set(OTHERS)
    assert names(frame, course.excused) == set(OWN)
    assert set(course.excused.values()) == {(0, 0)}


def test_without_any_holder_in_sight_nothing_changes() -> None:
    frame = traffic(OTHERS * 5)
    standing = Standing(frame, [partner(accounts=OWN)])
    snapshot = candidate(frame)
    assert standing.reasons(snapshot, ()) == ()
    assert standing.permitted(snapshot).others(snapshot.members).tolist() == snapshot.members.tolist()
    assert standing.of_account(snapshot, 0) is None
    assert names(frame, judged(frame, standing).alarms) == set(OTHERS)


@pytest.mark.parametrize("name", ["x" * 300, "„Zitat“ & <b>", "名" * 80])
def test_sentences_fit_where_reasons_stand(name: str) -> None:
    frame = traffic((*OWN, *OTHERS[:1]) * 5, client=[9] * 55, organization_id=["o"] * 55)
    long = partner(accounts=OWN, name=name, owner=name, agreement=name)
    app = partner(kind=AuthorisationKind.APP, client=9, name=name, owner=name)
    sold = partner(kind=AuthorisationKind.RESELLER, organizations=("o",), name=name, owner=name)
    standing = Standing(frame, [long, app, sold])
    snapshot = candidate(frame)
    said = standing.reasons(snapshot, (Reason("shared_addresses", 5.0, "x"),))
    assert len(said) == 3
    own = [standing.of_account(snapshot, account) for account in range(11)]
    assert all(reason is not None and len(reason.sentence) <= 120 for reason in (*said, *own))
    assert np.unique([reason.detector for reason in own if reason]).tolist() == [AUTHORISED, STRANGER]
