"""What people do with cases, and what stands against it."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import pytest
from tests.casework.campaigns import campaign, names, run

from stillwatch.casework.cases import CaseFilter, CaseStore, ConflictError, Order, ServiceLevels
from stillwatch.casework.people import People, Role
from stillwatch.core.case import CaseDecision, CaseState, Priority, StepKind
from stillwatch.errors import StillwatchError


@pytest.fixture
def open_case(store: CaseStore) -> CaseStore:
    store.open_from(run(campaign("cmp-a", names(1, 20)), campaign("cmp-b", names(101, 110), hourly=2)))
    return store


def refused(code: str) -> pytest.RaisesExc[StillwatchError]:
    return pytest.RaisesExc(StillwatchError, check=lambda error: error.code == code)


def test_a_case_goes_from_claim_to_close(open_case: CaseStore) -> None:
    case = open_case.claim("case-1", "analyst-1", 1)
    assert (case.state, case.owner, case.version) == (CaseState.CLAIMED, "analyst-1", 2)
    case = open_case.decide(
        "case-1", CaseDecision.CONFIRMED, "analyst-1", 2, reason="one pool of prompts", spare=names(3, 4)
    )
    assert (case.decision, case.decided_by, case.reason) == (
        CaseDecision.CONFIRMED,
        "analyst-1",
        "one pool of prompts",
    )
    assert case.spared == tuple(names(3, 4))
    case = open_case.close("case-1", "analyst-1", 3, reason="blocked")
    assert (case.state, case.version) == (CaseState.CLOSED, 4)
    case = open_case.reopen("case-1", "analyst-2", 4, reason="they are back")
    assert (case.state, case.owner, case.decision) == (CaseState.OPEN, "", CaseDecision.CONFIRMED)
    kinds = [step.kind for step in open_case.steps("case-1")]
    assert kinds == [StepKind.OPENED, StepKind.CLAIMED, StepKind.DECIDED, StepKind.CLOSED, StepKind.REOPENED]
    logged = [entry.entry for entry in open_case.ledger.entries() if entry.entry.subject == "case-1"]
    assert [entry.kind for entry in logged] == [f"case-{kind}" for kind in kinds]
    assert [entry.details["version"] for entry in logged] == [1, 2, 3, 4, 5]


def test_two_people_never_have_one_case(open_case: CaseStore) -> None:
    open_case.claim("case-1", "analyst-1", 1)
    with refused("SW-CASE-03"):
        open_case.claim("case-1", "analyst-2", 2)
    with refused("SW-CASE-03"):
        open_case.decide("case-1", CaseDecision.CONFIRMED, "analyst-2", 2, reason="seen")
    assert open_case.claim("case-1", "analyst-1", 1).version == 2  # whoever has it already keeps it
    open_case.release("case-1", "analyst-1", 2)
    assert open_case.claim("case-1", "analyst-2", 3).owner == "analyst-2"


def test_a_change_on_an_older_version_is_refused_with_the_present_one(open_case: CaseStore) -> None:
    open_case.claim("case-1", "analyst-1", 1)
    open_case.note("case-1", "Their prompts are numbered.", "analyst-2")
    with pytest.raises(ConflictError) as told:
        open_case.decide("case-1", CaseDecision.INNOCENT, "analyst-1", 2, reason="seen")
    assert (told.value.code, told.value.version) == ("SW-CASE-02", 3)
    assert open_case.get("case-1").decision is None
    assert "case-decided" not in {entry.entry.kind for entry in open_case.ledger.entries()}


def test_nothing_is_decided_that_nobody_claimed(open_case: CaseStore) -> None:
    with refused("SW-CASE-04"):
        open_case.decide("case-1", CaseDecision.CONFIRMED, "analyst-1", 1, reason="seen")
    with refused("SW-CASE-05"):
        open_case.close("case-1", "analyst-1", 1)
    with refused("SW-CASE-05"):
        open_case.reopen("case-1", "analyst-1", 1, reason="why not")
    with refused("SW-CASE-11"):
        open_case.claim("case-1", "", 1)
    with refused("SW-CASE-11"):
        open_case.claim("case-1", "detection", 1)


def test_a_decision_needs_a_reason_and_spares_only_who_is_in_it(open_case: CaseStore) -> None:
    open_case.claim("case-1", "analyst-1", 1)
    with refused("SW-CASE-08"):
        open_case.decide("case-1", CaseDecision.CONFIRMED, "analyst-1", 2, reason="  ")
    with refused("SW-CASE-09"):
        open_case.decide(
            "case-1", CaseDecision.CONFIRMED, "analyst-1", 2, reason="seen", spare=["acct-99999"]
        )


def test_an_unknown_case_is_answered_with_the_nearest(open_case: CaseStore) -> None:
    with pytest.raises(StillwatchError) as told:
        open_case.get("csae-2")
    assert (told.value.code, told.value.hint) == ("SW-CASE-01", "did you mean case-2?")
    assert open_case.get("2").case_id == "case-2"
    for word in ("case-99", "", "case--1", "case-²", "9" * 40):
        with refused("SW-CASE-01"):
            open_case.get(word)


def test_people_merge_what_they_have_claimed_or_nobody_has(open_case: CaseStore) -> None:
    open_case.claim("case-1", "analyst-1", 1)
    open_case.task("case-2", "Ask the reseller.", "analyst-2")
    with refused("SW-CASE-03"):
        open_case.merge("case-1", "case-2", "analyst-2", (2, 2), reason="one card pays for both")
    with refused("SW-CASE-02"):
        open_case.merge("case-1", "case-2", "analyst-1", (2, 1), reason="one card pays for both")
    with refused("SW-CASE-07"):
        open_case.merge("case-1", "case-1", "analyst-1", (2, 2), reason="one card pays for both")
    case = open_case.merge("case-1", "case-2", "analyst-1", (2, 2), reason="one card pays for both")
    assert (case.accounts, case.exchanges, case.leak_rate) == (30, 2400 + 96, 52.0)
    assert "Ask the reseller." in [task.text for task in open_case.tasks("case-1")]
    with pytest.raises(StillwatchError) as told:
        open_case.claim("case-2", "analyst-2", 3)
    assert "case-1" in told.value.hint


def test_tasks_are_ticked_off_once(open_case: CaseStore) -> None:
    task = open_case.task("case-1", "Ask sales.", "analyst-1", assignee="analyst-2")
    open_case.done("case-1", task.task_id, "analyst-2")
    done = open_case.tasks("case-1")[-1]
    assert (done.done_by, done.done_ts is not None) == ("analyst-2", True)
    with refused("SW-CASE-06"):
        open_case.done("case-1", task.task_id, "analyst-2")
    with refused("SW-CASE-06"):
        open_case.done("case-2", task.task_id, "analyst-2")


def test_the_clock_runs_until_somebody_decides(tmp_path: Path, store: CaseStore) -> None:
    at = datetime.datetime(2026, 3, 4, tzinfo=datetime.UTC)
    moment = [at]
    timed = CaseStore(
        store.database, store.ledger, levels=ServiceLevels.read("high=6h"), now=lambda: moment[0]
    )
    timed.open_from(run(campaign("cmp-a", names(1, 20)), campaign("cmp-b", names(101, 110), hourly=2)))
    assert timed.get("case-1").due_ts == "2026-03-04T06:00:00.000Z"
    assert timed.get("case-2").due_ts == "2026-03-07T00:00:00.000Z"
    late = CaseFilter(overdue_at="2026-03-04T06:00:00.001Z")
    assert [case.case_id for case in timed.list(late)] == ["case-1"]
    assert [case.case_id for case in timed.list(CaseFilter(order=Order.DUE))] == ["case-1", "case-2"]
    moment[0] = at + datetime.timedelta(hours=7)
    timed.claim("case-1", "analyst-1", 1)
    case = timed.decide("case-1", CaseDecision.CONFIRMED, "analyst-1", 2, reason="seen")
    assert timed.list(late) == ()
    assert case.overdue("2026-03-09T00:00:00.000Z")  # it was decided, but too late
    moment[0] = at + datetime.timedelta(hours=8)
    assert timed.reopen("case-1", "analyst-1", 3, reason="more").due_ts == "2026-03-04T14:00:00.000Z"


def test_a_clock_that_was_set_back_puts_no_step_before_another(store: CaseStore) -> None:
    moment = [datetime.datetime(2026, 3, 4, 12, tzinfo=datetime.UTC)]
    timed = CaseStore(store.database, store.ledger, now=lambda: moment[0])
    timed.open_from(run(campaign("cmp-a", names(1, 20))))
    moment[0] -= datetime.timedelta(hours=5)
    timed.claim("case-1", "analyst-1", 1)
    assert [step.ts for step in timed.steps("case-1")] == ["2026-03-04T12:00:00.000Z"] * 2


@pytest.mark.parametrize("words", ["urgent=4", "urgnet=4h", "high=0h", "4h", "low=3w"])
def test_words_that_promise_nothing_are_refused(words: str) -> None:
    with refused("SW-CASE-10"):
        ServiceLevels.read(words)


def test_lists_narrow_by_owner_account_state_and_priority(open_case: CaseStore) -> None:
    open_case.claim("case-2", "analyst-1", 1)
    wanted = {
        CaseFilter(owner="analyst-1"): ["case-2"],
        CaseFilter(account="acct-00005"): ["case-1"],
        CaseFilter(states=(CaseState.OPEN,)): ["case-1"],
        CaseFilter(priority=Priority.NORMAL): ["case-2"],
        CaseFilter(order=Order.NEWEST): ["case-2", "case-1"],
        CaseFilter(most=1, skip=1): ["case-2"],
        CaseFilter(owner="nobody"): [],
    }
    for each, ids in wanted.items():
        assert [case.case_id for case in open_case.list(each)] == ids
        assert open_case.count(dataclasses.replace(each, most=1, skip=0)) >= len(ids)


def test_related_cases_share_accounts_or_rare_infrastructure(store: CaseStore) -> None:
    store.open_from(
        run(
            campaign("cmp-a", names(1, 20), pivots=[("payment", "aa"), ("address", "01"), ("address", "02")]),
            campaign("cmp-b", names(101, 120), pivots=[("payment", "aa")]),
            campaign(
                "cmp-c", [*names(201, 220), "acct-00007"], pivots=[("address", "01"), ("address", "02")]
            ),
            campaign("cmp-d", names(301, 320), pivots=[("payment", "bb")]),
        )
    )
    found = {each.case_id: each.shared for each in store.related("case-1")}
    assert list(found) == ["case-3", "case-2"]
    assert found["case-3"] == (
        "1 account in both",
        "2 rare addresses in both",
        "2 detectors speak strongly in both",
    )
    assert found["case-2"][0] == "1 means of payment in both"


def test_roles_decide_who_may(store: CaseStore) -> None:
    people = People(store.database, store.ledger)
    people.add("admin-1", [Role.ADMINISTRATOR], by="admin-1")
    for name, role in (
        ("analyst-1", Role.ANALYST),
        ("reviewer-1", Role.REVIEWER),
        ("auditor-1", Role.AUDITOR),
    ):
        people.add(name, [role], by="admin-1")
    guarded = CaseStore(store.database, store.ledger, people)
    guarded.open_from(run(campaign("cmp-a", names(1, 20))))
    with refused("SW-PPL-01"):
        guarded.claim("case-1", "auditor-1", 1)
    with refused("SW-PPL-02"):
        guarded.claim("case-1", "analyst-9", 1)
    guarded.claim("case-1", "analyst-1", 1)
    people.add("analyst-2", [Role.ANALYST], by="admin-1")
    with refused("SW-CASE-12"):
        guarded.release("case-1", "analyst-2", 2, "on leave")
    with refused("SW-CASE-08"):
        guarded.release("case-1", "reviewer-1", 2)
    assert guarded.release("case-1", "reviewer-1", 2, "on leave").owner == ""
