"""Free text is released by two people, one of them counsel, for exactly the wording they saw; all of it is in the ledger."""

from __future__ import annotations

import datetime
import sqlite3

import pytest

from benchmarks.gate_sets.honest import examples, policy, situation
from stillwatch.core.indicator import Marking
from stillwatch.errors import StillwatchError
from stillwatch.sharing.gate import Gate, Situation
from stillwatch.sharing.gate.bases import LegalBases
from stillwatch.sharing.gate.counsel import Confirmations, Counsel, ItemState, RefusalReason, scan
from stillwatch.sharing.gate.counsel.advisory import advisory
from stillwatch.sharing.gate.counsel.queue import LONGEST, LONGEST_TITLE
from stillwatch.sharing.gate.counsel.said import Said
from stillwatch.sharing.gate.entries import KIND, details
from stillwatch.sharing.gate.refusal_report import refusal_report
from stillwatch.sharing.gate.standing import standing_gate
from stillwatch.sharing.gate.tables import GATE
from stillwatch.sharing.gate.texts import report_of
from stillwatch.storage.ledger import Entry, Ledger, Signer
from stillwatch.storage.sql import SqlDatabase

NOW = datetime.datetime(2026, 11, 26, 9, 0, tzinfo=datetime.UTC)
ROLES = {
    "analyst-1": {"analyst"},
    "reviewer-1": {"reviewer"},
    "reviewer-2": {"reviewer"},
    "counsel-1": {"counsel"},
    "counsel-2": {"counsel"},
    "auditor-1": {"auditor"},
}
BASIS = "us-doj-ftc-2014"


class Room:
    def __init__(self, path):
        self.path = path / "gate.sqlite"
        self.database = SqlDatabase(self.path, GATE)
        self.database.upgrade()
        self.ledger = Ledger(self.database, Signer(path / "ledger.key"), now=lambda: NOW)
        self.confirmations = Confirmations(
            self.database, self.ledger, roles, LegalBases.shipped(), now=lambda: NOW
        )
        self.counsel = Counsel(
            self.database, self.ledger, roles, self.confirmations, "2026-11+test", now=lambda: NOW
        )

    def put(self, text="Load is even over the day.", by="analyst-1"):
        return self.counsel.put("Even load", text, Marking.AMBER, by)

    def kinds(self):
        return [each.entry.kind for each in self.ledger.entries() if each.entry.kind.startswith("gate-")]


def roles(name):
    if name not in ROLES:
        raise StillwatchError("nobody of that name", code="SW-PPL-02")
    return frozenset(ROLES[name])


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.database.close()


def code_of(act, *words):
    with pytest.raises(StillwatchError) as caught:
        act(*words)
    return caught.value.code


def test_two_people_release_a_text_and_it_becomes_a_report(room):
    item = room.put()
    assert room.counsel.approve(item.item_id, "reviewer-1", BASIS, item.digest).state is ItemState.WAITING
    released = room.counsel.approve(item.item_id, "counsel-1", BASIS, item.digest)
    assert released.state is ItemState.RELEASED
    assert {each.by: each.role for each in released.approvals} == {
        "reviewer-1": "reviewer",
        "counsel-1": "counsel",
    }
    obj = advisory(released)
    assert (obj["type"], obj["description"]) == ("report", item.text)
    assert room.kinds() == ["gate-queued", "gate-approved", "gate-released"]


def test_the_released_report_is_valid_stix(room):
    validator = pytest.importorskip("stix2validator", reason="the OASIS validator is a development tool")
    item = room.put()
    room.counsel.approve(item.item_id, "reviewer-1", BASIS, item.digest)
    obj = advisory(room.counsel.approve(item.item_id, "counsel-1", BASIS, item.digest))
    assert validator.validate_instance(obj, validator.ValidationOptions(version="2.1")).is_valid


AUTHOR = "identity--9a1f0000-0000-4000-8000-000000000001"


def released_report(room, text="Load is even over the day."):
    item = room.put(text)
    room.counsel.approve(item.item_id, "reviewer-1", BASIS, item.digest)
    return advisory(room.counsel.approve(item.item_id, "counsel-1", BASIS, item.digest), AUTHOR)


def test_the_gate_lets_a_released_report_pass_and_no_other_text(room):
    gate = standing_gate(policy(), LegalBases.shipped(), NOW.date(), room.counsel.is_released)
    now = Situation(NOW.date(), AUTHOR)
    obj = released_report(room)
    assert gate.check(obj, now).passed
    assert not Gate(policy()).check(obj, now).passed
    waiting = room.put("We charge three dollars.")
    other = obj | {"name": waiting.title, "description": waiting.text}
    assert not gate.check(other, now).passed


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"description": "Load is even over the day!"}, "closed-types"),
        ({"name": "Even loads"}, "closed-types"),
        ({"id": "report--00000315-0000-4000-8000-000000000000"}, "closed-types"),
        ({"x_price": 3}, "closed-types"),
        ({"labels": []}, "closed-types"),
        ({"modified": "2026-11-26T00:00:00.003Z"}, "closed-types"),
        ({"external_references": [{"source_name": "x"}]}, "closed-types"),
        ({"object_marking_refs": None}, "closed-types"),
        ({"object_marking_refs": [["x"]]}, "closed-types"),
        ({"description": 3}, "closed-types"),
        ({"created_by_ref": "identity--9a1f0000-0000-4000-8000-000000000002"}, "closed-types"),
    ],
)
def test_a_released_report_passes_to_the_letter_only(room, change, rule):
    gate = standing_gate(policy(), LegalBases.shipped(), NOW.date(), room.counsel.is_released)
    answer = gate.check(released_report(room) | change, Situation(NOW.date(), AUTHOR))
    assert [each.rule for each in answer.refusals] == [rule]


def test_a_released_report_of_another_or_of_long_ago_does_not_pass(room):
    gate = standing_gate(policy(), LegalBases.shipped(), NOW.date(), room.counsel.is_released)
    obj = released_report(room)
    stranger = Situation(NOW.date(), "identity--9a1f0000-0000-4000-8000-000000000002")
    late = Situation(NOW.date() + datetime.timedelta(weeks=30), AUTHOR)
    assert [each.rule for each in gate.check(obj, stranger).refusals] == ["known-references"]
    assert [each.rule for each in gate.check(obj, late).refusals] == ["recent-dates"]


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        ("2026-11-27", []),  # where the sender is, it may be tomorrow
        ("2026-11-28", ["recent-dates"]),
        ("2026-05-28", []),  # 26 weeks ago
        ("2026-05-27", ["recent-dates"]),
        ("2026-02-30", ["recent-dates"]),  # no day at all
    ],
)
def test_a_report_is_of_a_day_of_the_last_half_year(day, rules):
    gate = standing_gate(policy(), LegalBases.shipped(), NOW.date(), lambda _: True)
    obj = report_of("Even load", "Load is even over the day.", Marking.AMBER, AUTHOR, day)
    answer = gate.check(obj, Situation(NOW.date(), AUTHOR))
    assert [each.rule for each in answer.refusals] == rules


def test_a_wording_that_was_not_released_is_refused_by_name(room):
    gate = standing_gate(policy(), LegalBases.shipped(), NOW.date(), lambda digest: False)
    answer = gate.check(released_report(room), Situation(NOW.date(), AUTHOR))
    assert [each.rule for each in answer.refusals] == ["released-texts"]


def test_nobody_releases_their_own_text(room):
    item = room.put(by="counsel-1")
    assert code_of(room.counsel.approve, item.item_id, "counsel-1", BASIS, item.digest) == "SW-GATE-12"


def test_one_person_is_not_two(room):
    item = room.put()
    room.counsel.approve(item.item_id, "counsel-1", BASIS, item.digest)
    assert code_of(room.counsel.approve, item.item_id, "counsel-1", BASIS, item.digest) == "SW-GATE-12"


def test_two_reviewers_are_not_enough(room):
    item = room.put()
    room.counsel.approve(item.item_id, "reviewer-1", BASIS, item.digest)
    assert code_of(room.counsel.approve, item.item_id, "reviewer-2", BASIS, item.digest) == "SW-GATE-13"
    assert room.counsel.get(item.item_id).state is ItemState.WAITING


@pytest.mark.parametrize("by", ["auditor-1", "analyst-1"])
def test_other_roles_release_nothing(room, by):
    item = room.put(by="reviewer-1")
    assert code_of(room.counsel.approve, item.item_id, by, BASIS, item.digest) == "SW-GATE-13"


def test_somebody_unknown_does_nothing(room):
    item = room.put()
    assert code_of(room.counsel.approve, item.item_id, "counsel-9", BASIS, item.digest) == "SW-PPL-02"
    assert code_of(room.put, "words", "counsel-9") == "SW-PPL-02"


def test_an_approval_is_good_for_exactly_one_wording(room):
    item, other = room.put(), room.put("Load is even over the week.")
    assert code_of(room.counsel.approve, item.item_id, "counsel-1", BASIS, other.digest) == "SW-GATE-14"


def test_a_text_that_was_changed_in_the_database_cannot_be_released(room):
    item = room.put()
    with sqlite3.connect(room.path) as raw:
        raw.execute("UPDATE gate_queue SET text = 'We charge three dollars.'")
    assert code_of(room.counsel.approve, item.item_id, "counsel-1", BASIS, item.digest) == "SW-GATE-14"


def test_a_basis_that_has_run_out_carries_nothing_until_counsel_confirms_it(room):
    item = room.put()
    act = room.counsel.approve
    assert code_of(act, item.item_id, "counsel-1", "us-cisa-2015", item.digest) == "SW-GATE-15"
    until = datetime.date(2027, 3, 31)
    assert code_of(room.confirmations.confirm, "us-cisa-2015", until, "reviewer-1") == "SW-GATE-13"
    room.confirmations.confirm("us-cisa-2015", until, "counsel-1")
    assert act(item.item_id, "counsel-1", "us-cisa-2015", item.digest).approvals[0].basis == "us-cisa-2015"
    assert "gate-basis-confirmed" in room.kinds()


@pytest.mark.parametrize("until", [datetime.date(2026, 11, 26), datetime.date(2028, 1, 1)])
def test_a_confirmation_is_for_a_time_to_come_within_a_year(room, until):
    assert code_of(room.confirmations.confirm, "us-cisa-2015", until, "counsel-1") == "SW-GATE-16"


def test_an_unknown_basis_is_no_basis(room):
    item = room.put()
    assert code_of(room.counsel.approve, item.item_id, "counsel-1", "habit", item.digest) == "SW-GATE-03"


def test_one_no_ends_it_and_its_author_may_take_it_back(room):
    item, other = room.put(), room.put("Something else.")
    refused = room.counsel.refuse(item.item_id, "reviewer-1", RefusalReason.PRICES)
    assert refused.state is ItemState.REFUSED
    assert (
        room.counsel.refuse(other.item_id, "analyst-1", RefusalReason.NOT_NEEDED).state is ItemState.REFUSED
    )
    assert code_of(room.counsel.approve, item.item_id, "counsel-1", BASIS, item.digest) == "SW-GATE-11"
    assert code_of(advisory, refused) == "SW-GATE-17"
    assert room.counsel.items() == ()
    assert len(room.counsel.items(None)) == 2


@pytest.mark.parametrize(
    ("title", "text", "marking"),
    [
        ("", "words", Marking.AMBER),
        ("title", " ", Marking.AMBER),
        ("t" * 201, "words", Marking.AMBER),
        ("title", "w" * 20_001, Marking.AMBER),
        ("title", "words", Marking.RED),
    ],
)
def test_a_text_that_cannot_go_anywhere_is_not_taken(room, title, text, marking):
    assert code_of(room.counsel.put, title, text, marking, "analyst-1") == "SW-GATE-10"


def test_a_text_of_the_largest_size_is_taken(room):
    item = room.counsel.put("t" * LONGEST_TITLE, "w" * LONGEST, Marking.AMBER, "analyst-1")
    assert (len(item.title), len(item.text)) == (200, 20_000)


def test_where_no_text_was_ever_handed_in_none_is_released_and_bases_are_as_shipped(tmp_path):
    with SqlDatabase(tmp_path / "gate.sqlite", GATE) as database:
        said = Said(database, LegalBases.shipped())
        assert said.released("0" * 64) is False
        assert said.bases() == LegalBases.shipped()
        assert not (tmp_path / "gate.sqlite").exists()


def test_an_unknown_text_is_answered_with_the_nearest_one(room):
    item = room.put()
    with pytest.raises(StillwatchError) as caught:
        room.counsel.get(item.item_id[:-1] + "x")
    assert item.item_id in caught.value.hint


def test_the_ledger_holds_digests_and_no_words(room):
    item = room.put("Example Corp pays three dollars.")
    room.counsel.refuse(item.item_id, "counsel-1", RefusalReason.CUSTOMERS)
    leaves = b"".join(each.leaf for each in room.ledger.entries())
    assert b"Example Corp" not in leaves
    assert b"three dollars" not in leaves
    assert item.digest.encode() in leaves


def test_the_report_is_added_up_from_the_ledger_alone(room):
    from benchmarks.gate_sets.honest import policy
    from stillwatch.sharing.gate import Gate

    gate = Gate(policy())
    entries = []
    for obj in (*examples().values(), examples()["campaign"] | {"price": 3}, {"type": "x-prices"}):
        said = details(obj, gate.check(obj, situation()))
        entries.append(Entry(KIND, said["digest"][:16], "gate", NOW.isoformat(), said))
    hub = {"objects": 7, "refused": {"closed-fields": 2, "owner": 1}, "policy": "2026-11+test"}
    entries.append(Entry("objects-received", "sub-1", "reporter", NOW.isoformat(), hub))
    with room.database.write() as connection:
        room.ledger.append(connection, entries)
    item = room.put()
    room.counsel.approve(item.item_id, "reviewer-1", BASIS, item.digest)
    room.counsel.approve(item.item_id, "counsel-1", BASIS, item.digest)
    report = refusal_report(
        (each.entry for each in room.ledger.entries()), room.confirmations.bases(), NOW.date()
    )
    assert (report.passed, report.refused) == (len(examples()) + 7, 2 + 3)
    assert report.by_rule == {"closed-fields": 3, "closed-types": 1, "owner": 1}
    assert report.by_type == {"campaign": 1}
    assert report.by_week == {"2026-11-23": (len(examples()) + 7, 5)}
    assert report.texts == {"handed in": 1, "released": 1}
    assert report.releases_by_basis == {BASIS: 1}
    assert len(report.notices) == 1
    assert "x-prices" not in str(report.as_json())
    early = refusal_report(
        (each.entry for each in room.ledger.entries()),
        room.confirmations.bases(),
        NOW.date(),
        NOW.date() + datetime.timedelta(days=1),
    )
    assert (early.passed, early.refused, early.first) == (0, 0, "")


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("they pay $3 a million", "prices"),
        ("our margin is thin", "costs"),
        ("4 million requests a day", "volumes"),
        ("20,000 GPUs from April", "capacity"),
        ("we will launch in March", "plans"),
        ("Example Corp is behind it", "customers"),
        ("all should block them", "joint action"),
        ("write to billing@example.com", "personal data"),
        ("You are an expert grader", "prompts"),
        ("a" * 48, "hidden data"),
        ("lіtellm", "invisible or foreign characters"),
        ("lite\u200bllm", "invisible or foreign characters"),
    ],
)
def test_a_scan_points_at_places_worth_a_second_look(text, subject):
    found = scan(f"Before. {text}. After.")
    assert subject in {each.subject for each in found}
    assert all(0 <= each.start < each.stop for each in found)


def test_a_scan_is_quiet_about_a_technical_sentence():
    assert scan("Accounts act in step and are replaced within hours.") == ()
