"""A statement says what article 17 of the Digital Services Act asks for, and nothing that helps an attacker."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.casework.statements.compose import compose
from stillwatch.casework.statements.facts import facts_of
from stillwatch.casework.statements.guard import check_note, leak
from stillwatch.casework.statements.model import Answered, MeasureFact, Taker
from stillwatch.casework.statements.render import as_json, as_text
from stillwatch.casework.statements.terms import read_terms
from stillwatch.core.appeal import Outcome, Reach
from stillwatch.core.decision import Action, Limits, Mode, Scope
from stillwatch.detection.registry import detectors
from stillwatch.enforcement.case_orders import CaseOrders
from stillwatch.enforcement.drafts import GROUNDS, Draft
from stillwatch.enforcement.store import DecisionStore
from stillwatch.errors import StillwatchError

GOLDEN = Path(__file__).parent / "golden"
TODAY = datetime.date(2026, 3, 10)
TERMS = """\
provider = "Example AI"
[ground]
terms = "Terms of service, section 3.2"
why = "They forbid collecting answers to train another model."
law = "the contract"
[redress]
appeal = "https://example.com/appeals"
days = 7
body = "the settlement body of example.com"
court = "the courts at your place of residence"
[export]
how = "https://example.com/export"
days = 30
"""
DETECTORS = detectors()
WORDS = sorted({word for name, found in DETECTORS.items() for word in (name, found.title)})
PERMANENT = MeasureFact(
    Action.BLOCK, Limits(), "2026-03-09", None, Taker.PERSONS, frozenset({"case", "campaign", "order"})
)


@pytest.fixture
def terms(tmp_path):
    path = tmp_path / "terms.toml"
    path.write_text(TERMS, encoding="utf-8")
    return read_terms(path)


def test_a_block_without_end_is_explained_as_the_golden_file_has_it(terms):
    said = as_text(compose("acct-1", [PERMANENT], terms, TODAY))
    assert said == (GOLDEN / "permanent.txt").read_text(encoding="utf-8")


def test_an_overturned_appeal_is_explained_as_the_golden_file_has_it(terms):
    answered = Answered(Outcome.OVERTURNED, Reach.ACCOUNT, "2026-03-12")
    said = as_text(compose("acct-1", [], terms, TODAY, answered=answered))
    assert said == (GOLDEN / "overturned.txt").read_text(encoding="utf-8")


def test_every_part_that_the_law_asks_for_is_there(terms):
    parts = {each["title"] for each in as_json(compose("acct-1", [PERMANENT], terms, TODAY))["sections"]}
    assert parts == {"Measure", "Facts", "Automated means", "Ground", "Your data", "How to object"}


def test_data_can_be_had_before_an_account_is_closed_and_is_not_offered_otherwise(terms):
    closing = as_text(compose("acct-1", [PERMANENT], terms, TODAY))
    assert "Until 2026-04-08, before the account is closed, you can have your data" in closing
    timed = MeasureFact(Action.BLOCK, Limits(), "2026-03-09", "2026-03-16", Taker.PERSON, frozenset({"case"}))
    assert "your data" not in as_text(compose("acct-1", [timed], terms, TODAY))


@pytest.mark.parametrize(
    ("taker", "words"),
    [
        (Taker.RULE, "no person looked at it beforehand"),
        (Taker.PERSON, "A person took it"),
        (Taker.PERSONS, "another person approved it"),
    ],
)
def test_it_says_whether_a_program_or_people_took_the_measure(terms, taker, words):
    measure = MeasureFact(Action.BLOCK, Limits(), "2026-03-09", None, taker, frozenset({"verdict"}))
    assert words in as_text(compose("acct-1", [measure], terms, TODAY))


def test_it_does_not_blame_programs_for_what_a_person_saw(terms):
    by_hand = MeasureFact(Action.BLOCK, Limits(), "2026-03-09", None, Taker.PERSONS, frozenset({"conduct"}))
    said = as_text(compose("acct-1", [by_hand], terms, TODAY))
    assert "No program had pointed to the account." in said
    assert "Programs found" not in said


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_kind_of_ground_has_a_sentence(ground):
    (first, *_) = facts_of({ground})
    assert first.endswith(".")


def test_facts_do_not_tell_which_ground_weighed_most():
    assert facts_of(["case", "country"]) == facts_of(["country", "case"])


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_no_statement_names_a_detector_or_says_what_one_measures(terms, name):
    found = DETECTORS[name]
    for action in Action:
        limits = Limits(12.0, 256, True, True, ("m-1",), "p-1")
        for ground in GROUNDS:
            measure = MeasureFact(action, limits, "2026-03-09", None, Taker.RULE, frozenset({ground}))
            said = as_text(compose("acct-1", [measure], terms, TODAY)).casefold()
            squeezed = re.sub(r"[\W_]+", "", said)
            for word in (name, found.title):
                assert re.sub(r"[\W_]+", "", word.casefold()) not in squeezed
            assert not re.search(r"\b(12|256|m-1|p-1)\b", said)


HOSTILE = [
    "novelty spoke with 12.5 decibans",
    "linked to acct-00007 by payment",
    "threshold 20 reached\n\nMeasure\n  None.",
    "<script>alert(1)</script>",
    "\u202egnippets\u2066 {0} %s ${jndi:x}",
    "'; DROP TABLE decisions; --",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_people_or_programs_wrote_down_reaches_the_account_holder(tmp_path, terms, text):
    """What a statement says does not depend on reasons, names, campaigns or ids: only on typed facts."""

    def said(reason: str, by: str, campaign: str, case: str) -> str:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        with DecisionStore(folder / "decisions.sqlite", clock=lambda: 1_773_000_000.0) as store:
            grounds = ("campaign", f"case:{case}", f"indicator:{campaign}")
            store.add(
                Draft(
                    Scope.ACCOUNT,
                    "acct-1",
                    Action.BLOCK,
                    reason,
                    by,
                    3600.0,
                    campaign_id=campaign,
                    grounds=grounds,
                )
            )
            store.add(Draft(Scope.ACCOUNT, "acct-2", Action.BLOCK, reason, by, 3600.0))
            return as_text(compose("acct-1", CaseOrders(store).measures("acct-1"), terms, TODAY))

    assert said(text, text, text, text) == said("a reason", "analyst-1", "camp-1", "case-1")


def test_a_simulated_measure_is_none(tmp_path, terms):
    with DecisionStore(tmp_path / "d.sqlite") as store:
        store.add(Draft(Scope.ACCOUNT, "acct-1", Action.BLOCK, "why", "analyst-1", 60.0, mode=Mode.SHADOW))
        assert CaseOrders(store).measures("acct-1") == []


@given(st.text(max_size=60))
def test_an_account_id_cannot_add_a_line(account):
    from stillwatch.casework.statements.model import Section, Statement

    plain = Statement("acct-1", "Example AI", "2026-03-10", (Section("Measure", ("None.",)),))
    named = Statement(account, "Example AI", "2026-03-10", (Section("Measure", ("None.",)),))
    assert as_text(named).count("\n") == as_text(plain).count("\n")
    assert len(as_text(named).splitlines()) == len(as_text(plain).splitlines())


@pytest.mark.parametrize(
    "note",
    [
        *WORDS,
        *(name.replace("_", " ").title() for name in DETECTORS),
        *(name.replace("_", "-").upper() for name in DETECTORS),
        "no\u200bvelty", "ｎｏｖｅｌｔｙ", "n o v e l t y", "nóvelty",
        "It scored 0.97.", "about 12 % of requests", "12,5 of them", "above the threshold", "20 decibans",
        "like acct-00007", "ACCT-00007 did the same", "see case-12", "by dec-01kkbfjym0cchc67kq4vkseyqn",
        "from 192.0.2.7", "from 2001:db8::1", "through AS64500", "deadbeefdeadbeef",
        "indicator--00000000-0000-4000-8000-000000000001",
        "the template was shared", "a seeded canary came back", "its fingerprint",
        "you asked “" + "please write out every step of the reasoning for the following problem " * 2 + "”",
        "", "   ", "x" * 601,
    ],
)  # fmt: skip
def test_a_note_that_would_help_an_attacker_is_refused(note):
    with pytest.raises(StillwatchError) as raised:
        check_note(note, WORDS, ["acct-00007", "acct-00001"], "acct-00001")
    assert raised.value.code == "SW-APL-31"


@pytest.mark.parametrize(
    "note",
    [
        "In February 2026 nearly all your requests asked for answers to be graded.",
        "Your account acct-00001 was used by a program, day and night, from 3 to 20 May 2026.",
        "The requests were not those of the coding assistant that you registered.",
    ],
)
def test_a_note_about_what_the_account_did_may_stand(note):
    assert check_note(f"  {note} ", WORDS, ["acct-00007", "acct-00001"], "acct-00001") == note


@given(st.text(max_size=80))
def test_the_guard_reads_anything(text):
    assert isinstance(leak(text, WORDS, ["acct-00007"], "acct-1"), str)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("[ground]", "[grund]"), "grund"),
        (('"Example AI"', '" "'), "`provider` is empty"),
        (("days = 7", "days = 0"), "at least 1"),
        (("days = 7", 'days = "seven"'), "int"),
        (("provider =", "provider"), "="),
    ],
)
def test_terms_that_lack_something_are_refused_with_the_place(tmp_path, change, words):
    path = tmp_path / "terms.toml"
    path.write_text(TERMS.replace(*change), encoding="utf-8")
    with pytest.raises(StillwatchError) as raised:
        read_terms(path)
    assert (raised.value.code, raised.value.where) == ("SW-APL-30", str(path))
    assert words in raised.value.message
