"""Appeals are taken in, answered by somebody impartial and by no machine, and go to counsel when nobody answers."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stillwatch.casework.appeals.clock import Deadlines, standing
from stillwatch.casework.appeals.filing import Filing, checked
from stillwatch.casework.appeals.filters import AppealFilter
from stillwatch.casework.people import Role
from stillwatch.core.appeal import AppealState, Outcome, Reach, Standing
from stillwatch.errors import StillwatchError


def code_of(raised: pytest.ExceptionInfo[StillwatchError]) -> str:
    return raised.value.code


def test_an_appeal_finds_its_case_and_is_due_in_a_week(lab):
    case = lab.confirmed()
    appeal = lab.appeal()
    assert (appeal.case_id, appeal.state, appeal.filed_by) == (
        case.case_id,
        AppealState.RECEIVED,
        "support-desk",
    )
    assert (appeal.received_ts, appeal.due_ts) == ("2026-03-10T09:00:01.000Z", "2026-03-17T09:00:01.000Z")
    assert lab.office.appeals.list() == (appeal,)


def test_an_appeal_against_a_measure_without_a_case_is_taken(lab):
    assert lab.appeal("acct-elsewhere").case_id == ""


def test_the_case_that_is_named_has_to_hold_the_account(lab):
    case = lab.confirmed()
    with pytest.raises(StillwatchError) as raised:
        lab.office.intake.file(Filing("acct-elsewhere", "words", case_id=case.case_id), "support-desk")
    assert code_of(raised) == "SW-APL-04"
    with pytest.raises(StillwatchError) as raised:
        lab.office.intake.file(Filing("acct-00001", "words", case_id="case-7"), "support-desk")
    assert code_of(raised) == "SW-CASE-01"


def test_a_second_filing_about_one_measure_is_the_same_appeal_with_another_token(lab):
    lab.confirmed()
    first = lab.office.intake.file(Filing("acct-00001", "words", key="k1"), "support-desk")
    again = lab.office.intake.file(Filing("acct-00001", "words", key="k1"), "support-desk")
    other = lab.office.intake.file(Filing("acct-00001", "more words"), "support-desk")
    assert (first.new, again.new, other.new) == (True, False, False)
    assert first.appeal == again.appeal == other.appeal
    assert len({first.token, again.token, other.token}) == 3
    assert lab.office.intake.by_token(first.token) == lab.office.intake.by_token(again.token) == first.appeal
    with pytest.raises(StillwatchError) as raised:
        lab.office.intake.file(Filing("acct-00002", "words", key="k1"), "support-desk")
    assert code_of(raised) == "SW-APL-03"


def test_no_token_but_the_right_one_reads_an_appeal_and_none_is_kept(lab):
    filed = lab.office.intake.file(Filing("acct-1", "words"), "support-desk")
    assert lab.office.intake.by_token(filed.token[:-1]) is None
    assert lab.office.intake.by_token("") is None
    assert len(filed.token) > 40
    kept = b"".join(path.read_bytes() for path in lab.folder.glob("cases.sqlite*"))
    assert filed.token.encode() not in kept


@pytest.mark.parametrize("words", ["", "  ", "x" * 8_001, "a\0b", "a\x1b[31mb", "a\u202eb"])
def test_words_that_are_none_or_too_many_or_cannot_be_shown_are_refused(lab, words):
    with pytest.raises(StillwatchError) as raised:
        lab.office.intake.file(Filing("acct-1", words), "support-desk")
    assert code_of(raised) == "SW-APL-02"


@given(st.builds(Filing, st.text(max_size=300), st.text(max_size=300), st.text(max_size=30)))
def test_a_filing_is_taken_or_refused_and_what_is_taken_can_be_shown(filing):
    try:
        taken = checked(filing)
    except StillwatchError:
        return
    assert taken.account_id.isprintable()
    assert taken.words.strip() == taken.words


def test_who_decided_or_approved_in_the_case_does_not_answer_the_appeal(lab):
    case = lab.confirmed(by="reviewer-3")
    lab.blocked(case, by="analyst-2", ttl=None)  # approved by reviewer-1
    appeal = lab.appeal()
    for name in ("reviewer-1", "reviewer-3"):
        with pytest.raises(StillwatchError) as raised:
            lab.claimed(appeal, name)
        assert code_of(raised) == "SW-APL-10"
    assert set(lab.office.appeals.involved(appeal)) == {"reviewer-1", "reviewer-3", "analyst-2"}
    assert lab.claimed(appeal, "reviewer-2").owner == "reviewer-2"


def test_who_took_a_decision_about_the_account_by_hand_does_not_answer_it(lab):
    from stillwatch.core.decision import Action, Scope
    from stillwatch.enforcement.drafts import Draft

    lab.decisions.add(Draft(Scope.ACCOUNT, "acct-9", Action.BLOCK, "why", "reviewer-2", 3600.0))
    lab.time.pass_(days=1)
    lab.decisions.expire()
    with pytest.raises(StillwatchError) as raised:
        lab.claimed(lab.appeal("acct-9"), "reviewer-2")
    assert code_of(raised) == "SW-APL-10"


def test_who_answered_an_earlier_appeal_does_not_answer_the_next(lab):
    lab.confirmed()
    first = lab.claimed(lab.appeal())
    lab.office.appeals.decide(first.appeal_id, Outcome.UPHELD, "reviewer-2", first.version, reason="it holds")
    second = lab.appeal()
    assert second.earlier == 1
    with pytest.raises(StillwatchError) as raised:
        lab.claimed(second, "reviewer-2")
    assert code_of(raised) == "SW-APL-10"
    assert lab.claimed(second, "reviewer-3").owner == "reviewer-3"


@pytest.mark.parametrize("name", ["analyst-2", "auditor-1", "admin-1", "support-desk"])
def test_who_is_no_reviewer_answers_no_appeal(lab, name):
    appeal = lab.appeal("acct-1")
    with pytest.raises(StillwatchError) as raised:
        lab.claimed(appeal, name)
    assert code_of(raised) == "SW-PPL-01"


def test_a_machine_cannot_be_made_a_reviewer_on_the_side(lab):
    with pytest.raises(StillwatchError):
        lab.records.people.add("bot-1", {Role.SERVICE, Role.REVIEWER}, by="admin-1")
    with pytest.raises(StillwatchError):
        lab.records.people.set_roles("support-desk", {Role.SERVICE, Role.COUNSEL}, by="admin-1")


def test_two_people_never_have_one_appeal(lab):
    appeal = lab.appeal("acct-1")
    claimed = lab.claimed(appeal, "reviewer-1")
    with pytest.raises(StillwatchError) as raised:
        lab.claimed(claimed, "reviewer-2")
    assert code_of(raised) == "SW-APL-11"
    with pytest.raises(StillwatchError) as raised:
        lab.claimed(appeal, "reviewer-1")
    assert code_of(raised) == "SW-APL-18"
    with pytest.raises(StillwatchError) as raised:
        lab.office.appeals.decide(appeal.appeal_id, Outcome.UPHELD, "reviewer-2", 2, reason="no")
    assert code_of(raised) == "SW-APL-12"


def test_an_answer_needs_a_reason_and_is_given_once(lab):
    appeal = lab.claimed(lab.appeal("acct-1"))
    decide = lab.office.appeals.decide
    with pytest.raises(StillwatchError) as raised:
        decide(appeal.appeal_id, Outcome.UPHELD, "reviewer-2", appeal.version, reason=" ")
    assert code_of(raised) == "SW-APL-13"
    done = decide(appeal.appeal_id, Outcome.UPHELD, "reviewer-2", appeal.version, reason="it holds")
    assert (done.state, done.outcome, done.reach, done.decided_by) == (
        AppealState.DECIDED,
        Outcome.UPHELD,
        None,
        "reviewer-2",
    )
    with pytest.raises(StillwatchError) as raised:
        decide(appeal.appeal_id, Outcome.OVERTURNED, "reviewer-2", done.version, reason="no, it does not")
    assert code_of(raised) == "SW-APL-17"


def test_an_appeal_without_a_case_overturns_none(lab):
    appeal = lab.claimed(lab.appeal("acct-1"))
    with pytest.raises(StillwatchError) as raised:
        lab.office.appeals.decide(
            appeal.appeal_id, Outcome.OVERTURNED, "reviewer-2", appeal.version, reason="no", reach=Reach.CASE
        )
    assert code_of(raised) == "SW-APL-14"


def test_the_clock_runs_from_in_time_to_counsel(lab):
    appeal = lab.appeal("acct-1")
    assert standing(appeal, lab.time()) is Standing.IN_TIME
    lab.time.pass_(days=6, hours=1)
    assert standing(appeal, lab.time()) is Standing.DUE
    lab.time.pass_(days=1)
    assert standing(appeal, lab.time()) is Standing.OVERDUE
    assert lab.office.escalation.overdue() == ()
    lab.time.pass_(days=3)
    (gone,) = lab.office.escalation.overdue()
    assert (gone.escalated_by, standing(gone, lab.time())) == ("clock", Standing.ESCALATED)
    assert lab.office.escalation.overdue() == ()
    assert lab.office.appeals.standings()[Standing.ESCALATED] == 1
    lab.time.pass_(days=-30)  # the clock is set back
    assert standing(gone, lab.time()) is Standing.ESCALATED


def test_a_deadline_beyond_the_calendar_is_one_that_never_comes(lab):
    far = Deadlines.of_days(1e300, 1e300)
    assert far.due(lab.time()).startswith("21")
    assert not far.escalates(lab.appeal("acct-1"), lab.time())


def test_counsel_takes_over_what_was_escalated_and_nothing_else(lab):
    appeal = lab.claimed(lab.appeal("acct-1"))
    with pytest.raises(StillwatchError) as raised:
        lab.claimed(appeal, "counsel-1")
    assert code_of(raised) == "SW-APL-11"
    escalate = lab.office.escalation.escalate
    gone = escalate(appeal.appeal_id, "analyst-1", appeal.version, reason="a question of law")
    with pytest.raises(StillwatchError) as raised:
        escalate(appeal.appeal_id, "analyst-1", gone.version, reason="again")
    assert code_of(raised) == "SW-APL-15"
    taken = lab.claimed(gone, "counsel-1")
    done = lab.office.appeals.decide(
        taken.appeal_id, Outcome.OVERTURNED, "counsel-1", taken.version, reason="no ground in the terms"
    )
    assert done.decided_by == "counsel-1"


def test_the_queue_shows_what_is_before_counsel_first_then_what_is_due_first(lab):
    first = lab.appeal("acct-1")
    lab.time.pass_(hours=1)
    second = lab.appeal("acct-2")
    lab.office.escalation.escalate(second.appeal_id, "analyst-1", 1, reason="urgent")
    found = lab.office.appeals.list()
    assert [each.appeal_id for each in found] == [second.appeal_id, first.appeal_id]
    assert lab.office.appeals.count(AppealFilter(escalated=True)) == 1
    assert [each.account_id for each in lab.office.appeals.list(AppealFilter(account="acct-1"))] == ["acct-1"]


def test_a_withdrawn_appeal_waits_no_longer(lab):
    appeal = lab.appeal("acct-1")
    gone = lab.office.appeals.withdraw(appeal.appeal_id, "support-desk", appeal.version)
    assert gone.state is AppealState.WITHDRAWN
    assert lab.office.appeals.list() == ()


def test_an_unknown_id_is_answered_with_the_nearest(lab):
    appeal = lab.appeal("acct-1")
    with pytest.raises(StillwatchError) as raised:
        lab.office.appeals.get(appeal.appeal_id[:-1] + "!")
    assert (code_of(raised), appeal.appeal_id in raised.value.hint) == ("SW-APL-01", True)


def test_every_step_is_in_the_ledger_and_no_word_of_the_account_holder(lab):
    appeal = lab.claimed(lab.appeal("acct-1", words="my very own words"))
    lab.office.escalation.escalate(appeal.appeal_id, "analyst-1", appeal.version, reason="a question of law")
    lab.office.appeals.decide(appeal.appeal_id, Outcome.UPHELD, "reviewer-2", 3, reason="it holds")
    found = lab.records.ledger.about(appeal.appeal_id)
    assert [each.entry.kind for each in found] == [
        "appeal-filed",
        "appeal-claimed",
        "appeal-escalated",
        "appeal-decided",
    ]
    assert not any(b"my very own words" in each.leaf for each in found)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=st.text(max_size=80))
def test_no_guess_is_a_token(lab, token):
    assert lab.office.intake.by_token(token) is None
