"""A case simulates, then acts for a time, and blocks without end only when another person agrees to exactly that."""

from __future__ import annotations

import pytest
from tests.casework.campaigns import campaign, names, run

from stillwatch.casework.consequences.measures import Wanted
from stillwatch.casework.effects.model import Effect, OrderState
from stillwatch.core.appeal import Outcome
from stillwatch.core.case import CaseDecision
from stillwatch.core.decision import Action, Limits, Mode
from stillwatch.core.verdict import Call
from stillwatch.errors import StillwatchError

WEEK = 7 * 86_400.0
SHADOW = Wanted(Action.BLOCK, Mode.SHADOW, WEEK, "collects training data")
TIMED = Wanted(Action.BLOCK, Mode.ENFORCE, WEEK, "collects training data")
PERMANENT = Wanted(Action.BLOCK, Mode.ENFORCE, None, "collects training data")


def order(lab, wanted, *, case="case-1", by="analyst-1"):
    lab.time.pass_(seconds=1)
    return lab.office.measures.order(case, wanted, by, lab.office.cases.get(case).version)


def answer(lab, approval, by="reviewer-1", *, approve=True):
    with lab.records.database.write() as connection:
        if approve:
            lab.records.approvals.approve(connection, approval, by, "agreed")
        else:
            lab.records.approvals.refuse(connection, approval, by, "not enough")


def test_anybody_at_work_on_a_case_may_simulate(lab):
    lab.case(12)
    order(lab, SHADOW)
    lab.round()
    assert lab.standing() == set()
    assert len(lab.decisions.active(mode=Mode.SHADOW)) == 12


@pytest.mark.parametrize("wanted", [TIMED, PERMANENT])
def test_only_a_confirmed_case_acts(lab, wanted):
    case = lab.case(12)
    with pytest.raises(StillwatchError) as raised:
        order(lab, wanted)
    assert raised.value.code == "SW-APL-43"
    case = lab.office.cases.claim(case.case_id, "analyst-1", case.version)
    lab.decide(case, CaseDecision.UNDECIDED, by="analyst-1")
    with pytest.raises(StillwatchError) as raised:
        order(lab, wanted)
    assert raised.value.code == "SW-APL-43"


def test_an_innocent_case_does_not_even_simulate(lab):
    case = lab.case(12)
    case = lab.office.cases.claim(case.case_id, "analyst-1", case.version)
    lab.decide(case, CaseDecision.INNOCENT, by="analyst-1")
    with pytest.raises(StillwatchError) as raised:
        order(lab, SHADOW)
    assert raised.value.code == "SW-APL-42"


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("action", "limits", "code"),
    [
        (Action.THROTTLE, Limits(), "SW-DEC-31"),
        (Action.THROTTLE, Limits(rate_per_minute=0.0), "SW-DEC-32"),
        (Action.DEGRADE, Limits(max_tokens=0), "SW-DEC-32"),
        (Action.DEGRADE, Limits(), "SW-DEC-33"),
    ],
)
def test_a_measure_that_could_not_be_carried_out_is_refused_before_it_is_ordered(
    lab, mode, action, limits, code
):
    lab.confirmed(12)
    with pytest.raises(StillwatchError) as raised:
        order(lab, Wanted(action, mode, WEEK, "collects training data", limits))
    assert raised.value.code == code
    assert lab.office.orders.of_case("case-1") == []


def test_a_measure_that_acts_takes_the_place_of_the_simulated_one(lab):
    lab.confirmed(12)
    order(lab, SHADOW)
    lab.round()
    order(lab, TIMED)
    lab.round()
    assert len(lab.standing()) == 12
    assert lab.decisions.active(mode=Mode.SHADOW) == []
    latest = lab.office.orders.of_case("case-1")[-1]
    effects = [each.effect for each in lab.office.orders.touched(latest.order_id)]
    assert (effects.count(Effect.TAKEN), effects.count(Effect.ENDED)) == (12, 12)


def test_a_block_without_end_waits_for_another_person_and_names_both(lab):
    lab.confirmed(12)
    asked = order(lab, PERMANENT)
    assert asked.state is OrderState.ASKED
    lab.round()
    assert lab.standing() == set()
    with pytest.raises(StillwatchError):
        answer(lab, asked.approval_id, "analyst-1")
    with pytest.raises(StillwatchError):
        answer(lab, asked.approval_id, "analyst-2")
    answer(lab, asked.approval_id)
    assert lab.round().due.released == (asked.order_id,)
    decision = lab.decisions.active()[0]
    assert (decision.by, decision.expires_ts, decision.campaign_id) == ("analyst-1", None, "camp-1")
    assert lab.office.orders.get(asked.order_id).approved_by == "reviewer-1"
    assert set(lab.enforcement.answerable("acct-00001")) == {"analyst-1", "reviewer-1"}


def test_a_block_without_end_that_was_refused_is_dropped(lab):
    lab.confirmed(12)
    asked = order(lab, PERMANENT)
    answer(lab, asked.approval_id, approve=False)
    lab.round()
    done = lab.office.orders.get(asked.order_id)
    assert (done.state, lab.standing()) == (OrderState.REFUSED, set())
    assert "refused" in done.trouble


def test_what_was_approved_is_void_once_an_account_in_it_was_cleared(lab):
    lab.confirmed(12)
    asked = order(lab, PERMANENT)
    appeal = lab.claimed(lab.appeal())
    lab.office.appeals.decide(
        appeal.appeal_id, Outcome.OVERTURNED, "reviewer-2", appeal.version, reason="honest"
    )
    answer(lab, asked.approval_id)
    lab.round()
    assert "was cleared" in lab.office.orders.get(asked.order_id).trouble
    again = order(lab, PERMANENT)
    assert "acct-00001" not in again.content.accounts


def test_what_was_approved_is_void_once_the_case_is_no_longer_confirmed(lab):
    case = lab.confirmed(12)
    asked = order(lab, PERMANENT)
    case = lab.office.cases.reopen(case.case_id, "analyst-1", case.version, reason="new evidence")
    case = lab.office.cases.claim(case.case_id, "analyst-1", case.version)
    lab.decide(case, CaseDecision.UNDECIDED, by="analyst-1")
    answer(lab, asked.approval_id)
    lab.round()
    assert lab.office.orders.get(asked.order_id).state is OrderState.REFUSED


def test_spared_accounts_those_on_watch_and_those_that_joined_later_are_left_alone(lab):
    lab.confirmed(12, spare=("acct-00012",))
    lab.office.cases.open_from(run(campaign("camp-1", names(1, 14))))
    wanted = lab.office.measures.preview("case-1", TIMED)
    assert set(wanted.accounts) == set(names(1, 11))
    simulated = lab.office.measures.preview("case-1", SHADOW)
    assert set(simulated.accounts) == {*names(1, 11), *names(13, 14)}


def test_accounts_on_watch_are_meant_only_where_that_is_said(lab):
    case = lab.office.cases.open_from(run(campaign("camp-2", names(50, 55), verdict=Call.WATCH)), watch=True)[
        0
    ]
    with pytest.raises(StillwatchError) as raised:
        lab.office.measures.preview(case.case_id, SHADOW)
    assert raised.value.code == "SW-APL-44"
    watched = Wanted(Action.BLOCK, Mode.SHADOW, WEEK, "looks like it", watched=True)
    assert len(lab.office.measures.preview(case.case_id, watched).accounts) == 6


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted(Action.BLOCK, Mode.ENFORCE, WEEK, " "), "SW-APL-40"),
        (Wanted(Action.THROTTLE, Mode.ENFORCE, None, "why"), "SW-APL-41"),
        (Wanted(Action.BLOCK, Mode.SHADOW, None, "why"), "SW-APL-41"),
    ],
)
def test_what_no_case_carries_is_refused(lab, wanted, code):
    lab.confirmed(12)
    with pytest.raises(StillwatchError) as raised:
        order(lab, wanted)
    assert raised.value.code == code


def test_who_saw_an_older_version_of_the_case_orders_nothing(lab):
    case = lab.confirmed(12)
    with pytest.raises(StillwatchError) as raised:
        lab.office.measures.order(case.case_id, TIMED, "analyst-1", case.version - 1)
    assert raised.value.code == "SW-APL-45"


def test_a_service_orders_nothing(lab):
    case = lab.confirmed(12)
    with pytest.raises(StillwatchError) as raised:
        lab.office.measures.order(case.case_id, TIMED, "support-desk", case.version)
    assert raised.value.code == "SW-PPL-01"


def test_a_measure_that_enforcement_does_not_take_is_refused_with_its_words(lab):
    lab.confirmed(12)
    asked = order(lab, Wanted(Action.BLOCK, Mode.ENFORCE, 600 * WEEK, "too long"))
    lab.round()
    assert lab.office.orders.get(asked.order_id).trouble == "a decision lasts ten years at most"


def lifted(lab, order_id, by="analyst-1"):
    lab.time.pass_(seconds=1)
    return lab.office.measures.lift("case-1", order_id, by, "the wrong accounts")


def test_a_measure_is_lifted_by_one_order_and_nobody_is_cleared_by_it(lab):
    lab.confirmed(12)
    taken = order(lab, TIMED)
    lab.round()
    ending = lifted(lab, taken.order_id)
    lab.round()
    assert lab.standing() == set()
    assert [each.effect for each in lab.office.orders.touched(ending.order_id)] == [Effect.ENDED] * 12
    assert lab.office.labels.all() == []
    again = order(lab, TIMED)
    lab.round()
    assert lab.office.orders.get(again.order_id).state is OrderState.DONE
    assert len(lab.standing()) == 12


def test_a_measure_that_waits_for_a_second_person_is_taken_back(lab):
    lab.confirmed(12)
    asked = order(lab, PERMANENT)
    after = lifted(lab, asked.order_id)
    assert (after.order_id, after.state) == (asked.order_id, OrderState.REFUSED)


def test_what_was_lifted_or_is_of_another_case_cannot_be_lifted(lab):
    lab.confirmed(12)
    taken = order(lab, TIMED)
    lab.round()
    lifted(lab, taken.order_id)
    other = lab.office.cases.open_from(run(campaign("camp-2", names(50, 61))))[0]
    for case_id in ("case-1", other.case_id):
        with pytest.raises(StillwatchError) as raised:
            lab.office.measures.lift(case_id, taken.order_id, "analyst-1", "once more")
        assert raised.value.code == "SW-APL-46"


def test_a_measure_that_lasts_longer_than_any_decision_is_refused_and_holds_up_no_other(lab):
    lab.confirmed(12)
    endless = order(lab, Wanted(Action.BLOCK, Mode.ENFORCE, 9_999_999 * 86_400.0, "too long"))
    taken = order(lab, TIMED)
    lab.round()
    assert lab.office.orders.get(endless.order_id).state is OrderState.REFUSED
    assert lab.office.orders.get(taken.order_id).state is OrderState.DONE
    assert len(lab.standing()) == 12


def test_an_order_that_fails_as_nobody_foresaw_waits_and_holds_up_no_other(lab, monkeypatch):
    lab.confirmed(12)
    simulated, taken = order(lab, SHADOW), order(lab, TIMED)
    carry_out = lab.enforcement.carry_out

    def failing(given):
        if given.order_id == simulated.order_id:
            raise ZeroDivisionError("acct-00001")
        return carry_out(given)

    monkeypatch.setattr(lab.enforcement, "carry_out", failing)
    carried = lab.round().carried
    assert (carried.later, carried.done) == ((simulated.order_id,), (taken.order_id,))
    waiting = lab.office.orders.get(simulated.order_id)
    assert (waiting.state, waiting.trouble) == (OrderState.WAITING, "ZeroDivisionError")
    monkeypatch.undo()
    assert lab.round().carried.done == (simulated.order_id,)
