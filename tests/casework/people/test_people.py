"""Who may do what, how people prove who they are, and that the ledger has it all."""

from __future__ import annotations

import datetime

import pytest

from stillwatch.casework.people import ROLES, Act, Person, Role, may
from stillwatch.errors import StillwatchError


def code_of(call) -> str:
    with pytest.raises(StillwatchError) as caught:
        call()
    return caught.value.code


def kinds(records, subject):
    return [logged.entry.kind for logged in records.ledger.about(subject)]


def test_only_acts_of_ones_roles_are_let_pass():
    for role in Role:
        person = Person("somebody-1", frozenset({role}))
        for act in Act:
            if act in ROLES[role]:
                may(person, act)
            else:
                assert code_of(lambda person=person, act=act: may(person, act)) == "SW-PPL-01"


def test_machines_and_administrators_decide_nothing():
    for role in (Role.SERVICE, Role.ADMINISTRATOR, Role.AUDITOR):
        deciding = {Act.DECIDE_CASES, Act.DECIDE_APPEALS, Act.ANSWER_APPROVALS, Act.DISCLOSE}
        assert not deciding & ROLES[role]
    assert Act.MANAGE_PEOPLE in ROLES[Role.ADMINISTRATOR]
    assert all(Act.MANAGE_PEOPLE not in ROLES[role] for role in Role if role is not Role.ADMINISTRATOR)


def test_a_refusal_names_the_roles_that_may():
    with pytest.raises(StillwatchError) as caught:
        may(Person("analyst-1", frozenset({Role.ANALYST})), Act.DECIDE_APPEALS)
    assert "reviewer" in caught.value.hint
    assert "analyst" in caught.value.where


def test_the_first_person_is_an_administrator(empty):
    assert code_of(lambda: empty.people.add("analyst-1", [Role.ANALYST], by="analyst-1")) == "SW-PPL-09"
    empty.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
    assert code_of(lambda: empty.people.add("x-1", [Role.ANALYST], by="x-1")) == "SW-PPL-02"


def test_people_are_added_changed_and_removed_and_the_ledger_says_so(records):
    people = records.people
    assert [person.name for person in people.list()] == sorted(person.name for person in people.list())
    people.set_roles("analyst-1", [Role.ANALYST, Role.REVIEWER], by="administrator-1")
    assert people.get("analyst-1").roles == {Role.ANALYST, Role.REVIEWER}
    people.remove("analyst-1", by="administrator-1")
    assert "analyst-1" not in {person.name for person in people.list()}
    assert kinds(records, "analyst-1") == ["person-added", "person-roles", "person-removed"]
    people.add("analyst-1", [Role.AUDITOR], by="administrator-1")
    assert people.get("analyst-1").roles == {Role.AUDITOR}


def test_an_unknown_name_is_answered_with_the_nearest(records):
    with pytest.raises(StillwatchError) as caught:
        records.people.get("analist-1")
    assert caught.value.hint == "did you mean analyst-1?"


@pytest.mark.parametrize("name", ["", " x", "a b", "-x", "x" * 200, "x\n"])
def test_odd_names_are_refused(records, name):
    assert code_of(lambda: records.people.add(name, [Role.ANALYST], by="administrator-1")) == "SW-PPL-03"


def test_roles_are_given_by_others_and_an_administrator_always_remains(records):
    people = records.people

    def set_roles(name, roles, by):
        return code_of(lambda: people.set_roles(name, roles, by=by))

    assert set_roles("administrator-1", [Role.ADMINISTRATOR, Role.REVIEWER], "administrator-1") == "SW-PPL-10"
    assert set_roles("analyst-1", [Role.REVIEWER], "reviewer-1") == "SW-PPL-01"
    assert set_roles("analyst-1", [], "administrator-1") == "SW-PPL-12"
    assert set_roles("analyst-1", [Role.SERVICE, Role.REVIEWER], "administrator-1") == "SW-PPL-13"
    assert code_of(lambda: people.add("analyst-1", [Role.ANALYST], by="administrator-1")) == "SW-PPL-04"
    people.add("administrator-2", [Role.ADMINISTRATOR], by="administrator-1")
    people.remove("administrator-1", by="administrator-2")
    assert code_of(lambda: people.remove("administrator-2", by="administrator-2")) == "SW-PPL-10"


def test_the_last_administrator_is_not_removed_by_two_who_remove_each_other(records):
    records.people.add("administrator-2", [Role.ADMINISTRATOR], by="administrator-1")
    records.people.remove("administrator-2", by="administrator-1")
    assert code_of(lambda: records.people.remove("administrator-1", by="administrator-2")) == "SW-PPL-02"


def test_reading_evidence_is_in_the_ledger_before_it_is_read(records):
    analyst = records.people.get("analyst-1")
    with records.people.reading(analyst, "case-1", "exemplars", "to judge it") as connection:
        (logged,) = records.ledger.about("case-1")
        assert connection.closed is False
    assert logged.entry.kind == "evidence-read"
    assert logged.entry.by == "analyst-1"
    assert logged.entry.details == {"what": "exemplars", "why": "to judge it"}


def test_who_may_not_read_evidence_reads_none_and_whoever_cannot_be_recorded_neither(records):
    for name in ("administrator-1", "service-1"):
        person = records.people.get(name)
        assert (
            code_of(lambda person=person: records.people.reading(person, "case-1", "x").__enter__())
            == "SW-PPL-01"
        )
    (records.ledger.signer.path).write_bytes(b"not a key")
    records.ledger.signer._key = type(records.ledger.signer)(
        records.ledger.signer.path.with_name("other")
    )._key
    analyst = records.people.get("analyst-1")
    assert code_of(lambda: records.people.reading(analyst, "case-1", "x").__enter__()) == "SW-LED-04"
    assert records.ledger.about("case-1") == ()


def test_a_token_tells_who_somebody_is_and_only_its_digest_is_kept(records, tmp_path):
    token = records.people.make_token("analyst-1", by="administrator-1")
    assert records.people.who(token) == records.people.get("analyst-1")
    assert token.encode() not in (tmp_path / "cases.sqlite").read_bytes()
    assert all(token.encode() not in logged.leaf for logged in records.ledger.entries())
    for wrong in ("", "swp_x", token[:-1], token.upper(), "é"):
        assert code_of(lambda wrong=wrong: records.people.who(wrong)) == "SW-PPL-06"


def test_an_expired_token_and_one_of_nobody_are_refused_alike(records, clock):
    token = records.people.make_token("analyst-1", by="administrator-1", days=1)
    records.people.who(token)
    clock.ahead += datetime.timedelta(days=1, seconds=1)
    with pytest.raises(StillwatchError) as expired:
        records.people.who(token)
    with pytest.raises(StillwatchError) as unknown:
        records.people.who("swp_unknown")
    assert expired.value.render() == unknown.value.render()


def test_tokens_are_replaced_with_grace_and_taken_back(records, clock):
    people = records.people
    first = people.make_token("analyst-1", by="analyst-1")
    people.make_token("analyst-1", by="administrator-1", days=None)
    assert code_of(lambda: people.make_token("analyst-1", by="administrator-1")) == "SW-PPL-05"
    assert code_of(lambda: people.make_token("analyst-1", by="reviewer-1")) == "SW-PPL-01"
    third = people.rotate_token("analyst-1", by="analyst-1", grace_hours=1)
    assert code_of(lambda: people.who(first)) == "SW-PPL-06"
    people.who(third)
    clock.ahead += datetime.timedelta(hours=2)
    people.who(third)
    assert people.revoke_tokens("analyst-1", by="administrator-1") == 1
    assert code_of(lambda: people.who(third)) == "SW-PPL-06"
    assert kinds(records, "analyst-1")[-1] == "tokens-revoked"


def test_a_replaced_token_ends_when_its_grace_does(records, clock):
    old = records.people.make_token("analyst-1", by="administrator-1")
    new = records.people.rotate_token("analyst-1", by="administrator-1", grace_hours=1)
    records.people.who(old)
    clock.ahead += datetime.timedelta(hours=1, seconds=1)
    assert code_of(lambda: records.people.who(old)) == "SW-PPL-06"
    records.people.who(new)


def test_who_left_has_no_token_any_more(records):
    token = records.people.make_token("analyst-1", by="administrator-1")
    records.people.remove("analyst-1", by="administrator-1")
    assert code_of(lambda: records.people.who(token)) == "SW-PPL-06"


def test_nobody_acts_as_somebody_whose_token_they_lack(records):
    people = records.people
    assert people.acting("analyst-1").name == "analyst-1"
    token = people.make_token("analyst-1", by="administrator-1")
    assert code_of(lambda: people.acting("analyst-1")) == "SW-PPL-07"
    assert people.acting("analyst-1", token).name == people.acting("", token).name == "analyst-1"
    assert code_of(lambda: people.acting("reviewer-1", token)) == "SW-PPL-08"
    assert code_of(lambda: people.acting(" ")) == "SW-PPL-02"
    with pytest.raises(StillwatchError, match=r"^say who acts, with --by NAME$"):
        people.acting("")


def test_an_expired_or_revoked_token_does_not_make_the_name_enough_again(records, clock):
    people = records.people
    people.make_token("administrator-1", by="administrator-1", days=None)
    people.make_token("analyst-1", by="administrator-1", days=1)
    people.make_token("reviewer-1", by="administrator-1")
    people.revoke_tokens("reviewer-1", by="administrator-1")
    clock.ahead += datetime.timedelta(days=2)
    for name in ("analyst-1", "reviewer-1"):
        assert code_of(lambda name=name: people.acting(name)) == "SW-PPL-07"


def test_a_register_whose_administrators_tokens_all_expired_can_be_entered_again(records, clock):
    people = records.people
    people.add("administrator-2", [Role.ADMINISTRATOR], by="administrator-1")
    people.make_token("administrator-1", by="administrator-1", days=1)
    people.make_token("administrator-2", by="administrator-1", days=9)
    clock.ahead += datetime.timedelta(days=2)
    assert code_of(lambda: people.acting("administrator-1")) == "SW-PPL-07"
    clock.ahead += datetime.timedelta(days=9)
    assert people.acting("administrator-1").name == "administrator-1"


def test_a_clock_that_is_set_back_revives_no_token_and_locks_nobody_out(records, clock):
    people = records.people
    old = people.make_token("analyst-1", by="administrator-1", days=1)
    clock.ahead += datetime.timedelta(days=2)
    people.add("analyst-2", [Role.ANALYST], by="administrator-1")  # the ledger has seen this day
    clock.ahead -= datetime.timedelta(days=400)
    assert code_of(lambda: people.who(old)) == "SW-PPL-06"
    new = people.make_token("analyst-1", by="administrator-1", days=1)
    assert people.who(new).name == "analyst-1"
