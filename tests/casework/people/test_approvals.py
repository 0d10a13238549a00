"""Four eyes: who asks cannot grant, and a grant is for one payload."""

from __future__ import annotations

import datetime
import threading

import pytest

from stillwatch.casework.people import NEEDS, ApprovalKind, ApprovalState, Role
from stillwatch.errors import StillwatchError


def code_of(call) -> str:
    with pytest.raises(StillwatchError) as caught:
        call()
    return caught.value.code


@pytest.fixture
def ask(records):
    def asked(kind=ApprovalKind.DISCLOSURE, by="analyst-1", payload="d1", **more):
        with records.database.write() as connection:
            return records.approvals.ask(connection, kind, "case-1", payload, by, **more)

    return asked


@pytest.fixture
def approve(records):
    def approved(approval, by):
        with records.database.write() as connection:
            return records.approvals.approve(connection, approval, by)

    return approved


@pytest.fixture
def refuse(records):
    def refused(approval, by, reason="not needed"):
        with records.database.write() as connection:
            return records.approvals.refuse(connection, approval, by, reason)

    return refused


@pytest.mark.parametrize("kind", list(ApprovalKind))
def test_each_kind_is_granted_by_its_roles_and_by_nothing_less(records, ask, approve, kind):
    approval = ask(kind)
    assert records.approvals.get(approval).needs == NEEDS[kind]
    for role in NEEDS[kind]:
        assert not records.approvals.granted(approval, "d1")
        after = approve(approval, f"{role}-1")
    assert after.state is ApprovalState.GRANTED
    assert records.approvals.granted(approval, "d1")


def test_a_grant_is_good_for_exactly_the_payload_that_was_asked_for(records, ask, approve):
    approval = ask(ApprovalKind.PERMANENT_BLOCK)
    approve(approval, "reviewer-1")
    assert records.approvals.granted(approval, "d1")
    for other in ("d2", "", "d1 ", "D1"):
        assert not records.approvals.granted(approval, other)
    assert not records.approvals.granted("apr-unknown", "d1")


def test_nobody_approves_their_own_act(records, ask, approve):
    approval = ask(ApprovalKind.PERMANENT_BLOCK, by="reviewer-1")
    assert code_of(lambda: approve(approval, "reviewer-1")) == "SW-PPL-23"
    approve(approval, "reviewer-2")
    assert records.approvals.granted(approval, "d1")


def test_nobody_fills_two_needs(records, ask, approve):
    approval = ask()
    approve(approval, "reviewer-2")  # both reviewer and counsel
    assert code_of(lambda: approve(approval, "reviewer-2")) == "SW-PPL-24"
    assert not records.approvals.granted(approval, "d1")
    assert records.approvals.get(approval).open_needs() == (Role.COUNSEL,)


def test_the_wrong_role_cannot_approve(records, ask, approve):
    approval = ask(ApprovalKind.RETENTION_ORDER)
    assert code_of(lambda: approve(approval, "reviewer-1")) == "SW-PPL-26"
    for name in ("analyst-1", "auditor-1", "administrator-1", "service-1"):
        assert code_of(lambda name=name: approve(ask(by="reviewer-1"), name)) == "SW-PPL-01"
    assert code_of(lambda: approve(approval, "counsel-9")) == "SW-PPL-02"


def test_only_those_ask_who_may_and_never_for_less_than_the_kind_needs(ask):
    assert code_of(lambda: ask(by="auditor-1")) == "SW-PPL-01"
    assert code_of(lambda: ask(needs=(Role.REVIEWER,))) == "SW-PPL-21"
    assert code_of(lambda: ask(needs=())) == "SW-PPL-21"
    assert ask(by="service-1")
    with pytest.raises(StillwatchError) as caught:
        ask("permanent-blok")
    assert caught.value.hint == "did you mean permanent-block?"


def test_more_can_be_asked_for_than_a_kind_needs(records, ask, approve):
    approval = ask(ApprovalKind.PERMANENT_BLOCK, needs=(Role.REVIEWER, Role.REVIEWER))
    approve(approval, "reviewer-1")
    assert not records.approvals.granted(approval, "d1")
    approve(approval, "reviewer-2")
    assert records.approvals.granted(approval, "d1")


def test_one_refusal_ends_it_and_whoever_asked_may_take_it_back(records, ask, approve, refuse):
    first, second = ask(), ask()
    assert refuse(first, "counsel-1", "too broad").state is ApprovalState.REFUSED
    assert refuse(second, "analyst-1").state is ApprovalState.REFUSED
    for approval in (first, second):
        assert code_of(lambda approval=approval: approve(approval, "reviewer-1")) == "SW-PPL-25"
        assert not records.approvals.granted(approval, "d1")
    assert code_of(lambda: refuse(ask(), "auditor-1")) == "SW-PPL-01"


def test_what_is_not_answered_in_time_lapses(records, ask, approve, clock):
    waiting, granted = ask(ApprovalKind.PERMANENT_BLOCK), ask(ApprovalKind.PERMANENT_BLOCK)
    approve(granted, "reviewer-1")
    clock.ahead += datetime.timedelta(days=31)
    assert records.approvals.get(waiting).state is ApprovalState.LAPSED
    assert code_of(lambda: approve(waiting, "reviewer-1")) == "SW-PPL-25"
    assert not records.approvals.granted(waiting, "d1")
    assert records.approvals.granted(granted, "d1")
    assert records.approvals.list() == ()
    assert {each.approval_id for each in records.approvals.list(None)} == {waiting, granted}


def test_a_clock_that_is_set_back_revives_nothing_that_lapsed(records, ask, approve, clock):
    waiting = ask(ApprovalKind.PERMANENT_BLOCK)
    clock.ahead += datetime.timedelta(days=31)
    ask(ApprovalKind.PERMANENT_BLOCK)
    clock.ahead -= datetime.timedelta(days=31)
    assert code_of(lambda: approve(waiting, "reviewer-1")) == "SW-PPL-25"


def test_everything_is_in_the_ledger_with_its_payload(records, ask, approve, refuse):
    approval = ask()
    approve(approval, "reviewer-1")
    refuse(approval, "counsel-1", "too broad")
    told = [(logged.entry.kind, logged.entry.by) for logged in records.ledger.about(approval)]
    assert told == [
        ("approval-asked", "analyst-1"),
        ("approval-approved", "reviewer-1"),
        ("approval-refused", "counsel-1"),
    ]
    assert records.ledger.about(approval)[0].entry.details["payload"] == "d1"


def test_an_unknown_approval_is_answered_with_the_nearest(records, ask):
    approval = ask()
    with pytest.raises(StillwatchError) as caught:
        records.approvals.get(approval[:-1])
    assert caught.value.hint == f"did you mean {approval}?"
    assert [each.approval_id for each in records.approvals.list(subject="case-1")] == [approval]
    assert records.approvals.list(subject="case-2") == ()


def test_an_approval_and_what_rests_on_it_can_be_one_transaction(records, ask):
    approval = ask(ApprovalKind.PERMANENT_BLOCK)
    with records.database.write() as connection:
        records.approvals.approve(connection, approval, "reviewer-1")
        assert records.approvals.granted(approval, "d1", connection)
        assert not records.approvals.granted(approval, "d1")  # nobody else sees it yet


def test_two_who_answer_at_once_do_not_both_count_for_one_need(tmp_path, postgresql_url, clock):
    from stillwatch.casework.records import open_records

    with open_records(postgresql_url, tmp_path / "key", now=clock) as records:
        records.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
        records.people.add("analyst-1", [Role.ANALYST], by="administrator-1")
        for number in range(4):
            records.people.add(f"reviewer-{number}", [Role.REVIEWER], by="administrator-1")
        with records.database.write() as connection:
            approval = records.approvals.ask(
                connection, "disclosure", "case-1", "d1", "analyst-1", (Role.REVIEWER, Role.COUNSEL)
            )
        outcomes = []

        def answer(name):
            try:
                with records.database.write() as connection:
                    records.approvals.approve(connection, approval, name)
                outcomes.append("approved")
            except StillwatchError as error:
                outcomes.append(error.code)

        threads = [threading.Thread(target=answer, args=(f"reviewer-{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["SW-PPL-26"] * 3 + ["approved"]
        assert records.approvals.get(approval).open_needs() == (Role.COUNSEL,)
