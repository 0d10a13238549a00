"""What an overturned appeal or an innocent case had led to is taken back everywhere, and shown until it is confirmed."""

from __future__ import annotations

import dataclasses

import pytest

from stillwatch.casework.effects.model import Effect, OrderState
from stillwatch.casework.effects.progress import progress
from stillwatch.casework.outbox.model import Item, ItemKind, ItemState
from stillwatch.core.appeal import Outcome, Reach
from stillwatch.core.case import CaseDecision, CaseState
from stillwatch.core.decision import Action, Limits, Mode, Scope
from stillwatch.core.indicator import (
    CountClass,
    DetectorRef,
    Indicator,
    IndicatorKind,
    Marking,
    SightingKind,
)
from stillwatch.core.verdict import Call, Verdict
from stillwatch.enforcement.drafts import Draft
from stillwatch.enforcement.engine import PolicyEngine
from stillwatch.enforcement.policy import Policy
from stillwatch.enforcement.rulebook import Promotion
from stillwatch.enforcement.store import DecisionStore
from stillwatch.errors import StillwatchError

HOUR = 3600.0


def overturn(lab, account="acct-00001", *, reach=Reach.ACCOUNT, by="reviewer-2"):
    appeal = lab.claimed(lab.appeal(account), by)
    return lab.office.appeals.decide(
        appeal.appeal_id, Outcome.OVERTURNED, by, appeal.version, reason="a review service", reach=reach
    )


def shown(lab, appeal):
    office = lab.office
    (found,) = progress(
        office.orders.of_appeal(appeal.appeal_id), office.orders, office.confirmations, office.outbox
    )
    return found


def indicator(number=1):
    return Indicator(
        f"indicator--00000000-0000-4000-8000-{number:012d}",
        IndicatorKind.NETWORK,
        "AS64500",
        ("AML.T0024.002",),
        CountClass.TENS,
        "2026-03-02",
        "2026-03-02",
        (DetectorRef("novelty", "1", "0" * 64),),
        80,
        Marking.AMBER,
        "2026-06-01",
    )


def publish(lab, case, number=1, *, sent=True):
    item = Item(
        f"out-{number}",
        ItemKind.PUBLISH,
        case.case_id,
        "dis-1",
        indicator(number),
        "2026-03-10T09:00:00.000Z",
        "analyst-1",
    )
    with lab.records.database.write() as connection:
        lab.office.outbox.put(connection, [item])
    if sent:
        assert lab.office.outbox.begin(item.item_id)
        lab.office.outbox.mark(item.item_id, ItemState.SENT, hub_id=f"indicator--hub-{number}")
    return item


def test_an_overturned_account_is_let_go_and_the_others_are_not(lab):
    case = lab.confirmed(12)
    lab.blocked(case)
    assert len(lab.standing()) == 12
    appeal = overturn(lab)
    lab.round()
    assert lab.standing() == {f"acct-{number:05d}" for number in range(2, 13)}
    found = shown(lab, appeal)
    assert (found.order.state, [each.effect for each in found.touched]) == (OrderState.DONE, [Effect.ENDED])
    after = lab.office.cases.get(case.case_id)
    assert (after.decision, after.spared) == (CaseDecision.CONFIRMED, ("acct-00001",))


def test_an_overturned_case_lets_everybody_go_and_is_innocent(lab):
    case = lab.confirmed(12)
    lab.blocked(case)
    overturn(lab, reach=Reach.CASE)
    lab.round()
    assert lab.standing() == set()
    after = lab.office.cases.get(case.case_id)
    assert (after.decision, after.state, after.decided_by) == (
        CaseDecision.INNOCENT,
        CaseState.DECIDED,
        "reviewer-2",
    )
    assert [each.source[:4] for each in lab.office.labels.all()] == ["apl-"] * 12
    assert lab.round().due.taken_back == ()


def test_an_appeal_is_overturned_with_its_order_or_not_at_all(lab, monkeypatch):
    case = lab.confirmed(12)
    lab.blocked(case)

    def fails(*_):
        raise StillwatchError("the disk is full", code="SW-SQL-02")

    monkeypatch.setattr(lab.office.taking_back, "take_back", fails)
    appeal = lab.claimed(lab.appeal())
    with pytest.raises(StillwatchError):
        lab.office.appeals.decide(
            appeal.appeal_id, Outcome.OVERTURNED, "reviewer-2", appeal.version, reason="wrong"
        )
    assert lab.office.appeals.get(appeal.appeal_id).outcome is None
    assert lab.office.cases.get(case.case_id).spared == ()
    kinds = [each.entry.kind for each in lab.records.ledger.about(appeal.appeal_id)]
    assert kinds == ["appeal-filed", "appeal-claimed"]


def test_a_case_that_is_decided_innocent_is_taken_back_once(lab):
    case = lab.confirmed(12)
    lab.blocked(case)
    office = lab.office
    again = office.cases.reopen(case.case_id, "analyst-1", case.version, reason="new evidence")
    again = office.cases.claim(case.case_id, "analyst-2", again.version)
    lab.decide(again, CaseDecision.INNOCENT, by="analyst-2")
    assert len(lab.round().due.taken_back) == 1
    assert lab.standing() == set()
    assert lab.round().due.taken_back == ()
    assert {each.source for each in office.labels.all()} == {case.case_id}


def test_no_rule_decides_again_about_whom_people_cleared_but_a_person_can(lab, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY, encoding="utf-8")
    policy = Policy.load(path)
    promoted = tuple(
        dataclasses.replace(rule, wants=Mode.ENFORCE, promotion=Promotion("reviewer-1", "now", rule.digest))
        for rule in policy.rules
    )
    engine = PolicyEngine(dataclasses.replace(policy, rules=promoted), lab.decisions, quiet=True)
    verdicts = [Verdict(f"acct-{n:05d}", Call.ATTACK, 0.99, None, None, (), 100, 80) for n in range(1, 4)]

    def look():
        engine.apply(verdicts, [], lab.time().timestamp())

    look()
    assert lab.standing() == {"acct-00001", "acct-00002", "acct-00003"}
    overturn(lab)
    lab.round()
    look()
    assert lab.standing() == {"acct-00002", "acct-00003"}
    assert engine.latest.spared[0][0] == "acct-00001"
    assert "honest" in engine.latest.spared[0][1]
    lab.decisions.add(Draft(Scope.ACCOUNT, "acct-00001", Action.BLOCK, "new conduct", "analyst-1", HOUR))
    assert "acct-00001" in lab.standing()
    lab.time.pass_(days=91)
    look()
    assert (
        len([each for each in lab.decisions.active() if each.value == "acct-00001" and each.by == "policy"])
        == 1
    )


POLICY = """\
brakes: {accounts: 1.0, traffic: 1.0}
rules:
  - {id: stop, when: "verdict == 'attack'", action: block, ttl: 200d, reason: collects training data}
"""


def test_a_gateway_is_pending_until_its_own_report_covers_the_lift(lab):
    case = lab.confirmed(12)
    lab.blocked(case)
    lab.gateway("edge-1")
    lab.gateway("edge-2")
    before = lab.decisions.version
    appeal = overturn(lab)
    assert "has not carried it out" in shown(lab, appeal).pending[0]
    lab.round()
    assert [each.gateway for each in shown(lab, appeal).gateways if each.confirmed_ts is None] == [
        "edge-1",
        "edge-2",
    ]
    assert lab.gateway("edge-1") == 1
    assert lab.gateway("edge-2", before) == 0  # has not taken it over yet
    assert lab.gateway("edge-2", lab.decisions.version + 5, epoch="another life") == 0
    (left,) = shown(lab, appeal).pending
    assert left.startswith("gateway edge-2 has not confirmed")
    assert lab.gateway("edge-2") == 1
    assert shown(lab, appeal).pending == ()
    kinds = [each.entry.kind for each in lab.records.ledger.about(shown(lab, appeal).order.order_id)]
    assert kinds == ["order-given", "order-done", "order-confirmed", "order-confirmed"]


def test_a_gateway_that_first_reports_afterwards_has_to_confirm_as_well(lab):
    lab.blocked(lab.confirmed(12))
    before = lab.decisions.version
    appeal = overturn(lab)
    lab.round()
    assert shown(lab, appeal).pending == ()  # nobody is known who would have to
    lab.gateway("edge-9", before)
    assert "edge-9" in shown(lab, appeal).pending[0]
    lab.gateway("edge-9")
    assert shown(lab, appeal).pending == ()


def test_a_gateway_not_heard_of_for_a_week_is_not_waited_for(lab):
    lab.blocked(lab.confirmed(12))
    lab.gateway("edge-old")
    lab.time.pass_(days=8)
    appeal = overturn(lab)
    lab.round()
    assert shown(lab, appeal).gateways == ()


def test_a_kill_between_lifting_and_noting_it_loses_nothing(lab):
    case = lab.confirmed(12)
    lab.blocked(case)
    appeal = overturn(lab)
    (order,) = lab.office.orders.waiting()
    first = lab.enforcement.carry_out(order)  # and then the process is gone
    lab.round()
    found = shown(lab, appeal)
    assert found.touched == first.touched
    assert [each.effect for each in found.touched] == [Effect.ENDED]


def test_an_order_that_enforces_is_carried_out_once(lab):
    lab.blocked(lab.confirmed(12))
    (order,) = lab.office.orders.of_case("case-1")
    version = lab.decisions.version
    again = lab.enforcement.carry_out(order)
    assert (lab.decisions.version, len(again.touched)) == (version, 12)


def test_a_store_of_decisions_that_was_replaced_is_told_of_lifts_again_and_blocks_nobody(lab):
    case = lab.confirmed(12)
    lab.blocked(case)
    appeal = overturn(lab)
    lab.round()
    lab.decisions.close()
    path = lab.folder / "another.sqlite"
    lab.decisions = DecisionStore(path, clock=lambda: lab.time().timestamp())
    lab.decisions.add(
        Draft(
            Scope.ACCOUNT, "acct-00001", Action.BLOCK, "from a backup", "policy", HOUR, campaign_id="camp-1"
        )
    )
    lab.enforcement = type(lab.enforcement)(lab.decisions)
    lab.round()
    assert lab.standing() == set()
    assert shown(lab, appeal).order.epoch == lab.decisions.epoch


def test_what_rests_on_something_else_is_shown_and_stays(lab):
    lab.blocked(lab.confirmed(12))
    lab.decisions.add(
        Draft(
            Scope.ACCOUNT,
            "acct-00001",
            Action.THROTTLE,
            "unpaid",
            "analyst-2",
            HOUR,
            limits=Limits(rate_per_minute=5.0),
        )
    )
    lab.decisions.add(
        Draft(
            Scope.ORGANIZATION,
            "org-1",
            Action.BLOCK,
            "the same work",
            "analyst-2",
            HOUR,
            grounds=("case:case-1",),
        )
    )
    appeal = overturn(lab)
    lab.round()
    effects = {
        each.value: each.effect for each in shown(lab, appeal).touched if each.effect is not Effect.ENDED
    }
    assert effects == {"acct-00001": Effect.REMAINS, "org-1": Effect.REVIEW}
    assert len(shown(lab, appeal).pending) == 2
    assert {"acct-00001", "org-1"} <= lab.standing()


def test_with_the_case_goes_whatever_names_it_about_whomever(lab):
    lab.blocked(lab.confirmed(12))
    lab.decisions.add(
        Draft(
            Scope.ORGANIZATION,
            "org-1",
            Action.BLOCK,
            "the same work",
            "analyst-2",
            HOUR,
            grounds=("case:case-1",),
        )
    )
    overturn(lab, reach=Reach.CASE)
    lab.round()
    assert lab.standing() == set()


def test_a_sent_indicator_is_retracted_with_the_case_and_one_that_waits_is_withdrawn(lab):
    case = lab.confirmed(12)
    publish(lab, case, 1)
    publish(lab, case, 2, sent=False)
    appeal = overturn(lab, reach=Reach.CASE)
    told = lab.office.outbox.of_case(case.case_id)
    by_kind = {each.kind: each for each in told if each.cause.startswith("ord-")}
    retraction, sighting = by_kind[ItemKind.RETRACT], by_kind[ItemKind.SIGHTING]
    assert (retraction.payload.revoked, retraction.hub_id) == (True, "indicator--hub-1")
    assert (sighting.payload.kind, sighting.payload.accounts) == (SightingKind.FALSE_POSITIVE, None)
    assert sighting.payload.week == "2026-03-09"
    states = {each.item_id: each.state for each in told}
    assert states["out-2"] is ItemState.WITHDRAWN
    assert lab.office.outbox.begin("out-2") is False
    lab.round()
    pending = shown(lab, appeal).pending
    assert any("retract of indicator--00000000" in each for each in pending)
    for each in (retraction, sighting):
        lab.office.outbox.mark(each.item_id, ItemState.SENT)
    assert shown(lab, appeal).pending == ()


def test_an_indicator_outlives_one_account_and_goes_when_too_few_are_left(lab):
    case = lab.confirmed(11)
    publish(lab, case)
    overturn(lab, "acct-00001")
    kinds = sorted(each.kind for each in lab.office.outbox.of_case(case.case_id))
    assert kinds == ["publish", "sighting"]
    overturn(lab, "acct-00002")
    kinds = sorted(each.kind for each in lab.office.outbox.of_case(case.case_id))
    assert kinds == ["publish", "retract", "sighting", "sighting"]


def test_an_indicator_is_retracted_once(lab):
    case = lab.confirmed(10)
    publish(lab, case)
    overturn(lab, "acct-00001")
    overturn(lab, "acct-00002", by="reviewer-2")
    kinds = [each.kind for each in lab.office.outbox.of_case(case.case_id)]
    assert kinds.count(ItemKind.RETRACT) == 1


def test_what_rests_on_a_retracted_indicator_alone_goes_and_the_rest_is_listed(lab):
    case = lab.confirmed(12)
    item = publish(lab, case)
    alone = Draft(
        Scope.ACCOUNT, "acct-90001", Action.BLOCK, "seen by others", "indicator", HOUR,
        mode=Mode.SHADOW, origin="indicator", grounds=(f"indicator:{item.indicator_id}",),
    )  # fmt: skip
    more = dataclasses.replace(
        alone, value="acct-90002", mode=Mode.ENFORCE, by="analyst-2", origin="person",
        grounds=("indicator:indicator--hub-1", "conduct"),
    )  # fmt: skip
    lab.decisions.add(alone)
    lab.decisions.add(more)
    appeal = overturn(lab, reach=Reach.CASE)
    lab.round()
    effects = {each.value: each.effect for each in shown(lab, appeal).touched}
    assert effects["acct-90001"] is Effect.DEPENDENT
    assert effects["acct-90002"] is Effect.REVIEW
    assert [each.value for each in lab.decisions.active()] == ["acct-90002"]


def test_what_cannot_be_carried_out_now_is_tried_again_and_says_why(lab):
    lab.blocked(lab.confirmed(12))
    appeal = overturn(lab)
    lab.decisions.close()
    (order,) = lab.round().carried.later
    assert order in shown(lab, appeal).order.order_id
    assert "cannot be used" in shown(lab, appeal).pending[0]
    lab.decisions = DecisionStore(lab.folder / "decisions.sqlite", clock=lambda: lab.time().timestamp())
    lab.enforcement = type(lab.enforcement)(lab.decisions)
    lab.round()
    assert shown(lab, appeal).pending == ()
