"""Legal bases are dated facts, the policy is a file, and both say what is wrong with them."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from benchmarks.gate_sets.honest import examples, policy, situation
from stillwatch.errors import StillwatchError
from stillwatch.sharing.gate import GatePolicy
from stillwatch.sharing.gate.bases import BasisState, Confirmation, LegalBases
from stillwatch.sharing.gate.standing import standing_gate

SUNSET = datetime.date(2026, 9, 30)
BASES = LegalBases.shipped()
BASIS = """
[[basis]]
id = "us-doj-ftc-2014"
title = "Statement"
issued_by = "DOJ and FTC"
strength = "guidance"
in_force_from = 2014-04-10
checked_on = 2026-11-23
needed_for = ["automatic"]
says = "a fact"
"""


def test_a_statute_is_in_force_on_its_last_day_and_has_run_out_on_the_next():
    assert BASES.state("us-cisa-2015", SUNSET) is BasisState.IN_FORCE
    assert BASES.state("us-cisa-2015", SUNSET + datetime.timedelta(days=1)) is BasisState.RUN_OUT
    assert BASES.state("us-cisa-2015", datetime.date(2015, 1, 1)) is BasisState.NOT_YET


def test_guidance_without_an_end_stays_in_force():
    assert BASES.state("us-doj-ftc-2014", datetime.date(2099, 1, 1)) is BasisState.IN_FORCE


def test_what_has_run_out_is_said_until_it_is_taken_out_of_the_file():
    assert BASES.notices(SUNSET) == ()
    (notice,) = BASES.notices(SUNSET + datetime.timedelta(days=1))
    assert "2026-09-30" in notice
    assert "counsel has to confirm" in notice


def test_counsel_confirms_for_a_time():
    confirmed = BASES.confirmed(Confirmation("us-cisa-2015", datetime.date(2027, 3, 31), "counsel-1"))
    assert confirmed.state("us-cisa-2015", datetime.date(2027, 3, 31)) is BasisState.CONFIRMED
    assert confirmed.may_rest_on("us-cisa-2015", datetime.date(2027, 3, 31))
    assert not confirmed.may_rest_on("us-cisa-2015", datetime.date(2027, 4, 1))
    assert "counsel confirmed it" in confirmed.notices(datetime.date(2027, 1, 1))[0]


def test_the_automatic_lane_is_open_on_the_shipped_bases_and_says_what_has_run_out():
    answer = standing_gate(policy(), BASES, datetime.date(2026, 11, 26)).check(
        examples()["indicator"], situation()
    )
    assert answer.passed
    assert len(answer.notices) == 1


def test_a_lane_that_rests_on_what_has_run_out_is_shut_until_counsel_confirms():
    statute = dataclasses.replace(BASES.get("us-cisa-2015"), needed_for=("automatic",))
    bases = LegalBases({**BASES.bases, statute.basis_id: statute})
    day = datetime.date(2026, 11, 26)
    answer = standing_gate(policy(), bases, day).check(examples()["indicator"], situation())
    assert not answer.passed
    assert [each.rule for each in answer.refusals] == ["legal-basis"]
    confirmed = bases.confirmed(Confirmation("us-cisa-2015", datetime.date(2026, 12, 31), "counsel-1"))
    assert standing_gate(policy(), confirmed, day).check(examples()["indicator"], situation()).passed


def test_an_unknown_basis_is_answered_with_the_nearest_one():
    with pytest.raises(StillwatchError) as caught:
        BASES.get("us-cisa-2051")
    assert caught.value.code == "SW-GATE-03"
    assert "us-cisa-2015" in caught.value.hint


def test_a_file_of_bases_replaces_the_shipped_one(tmp_path):
    file = tmp_path / "bases.toml"
    file.write_text(BASIS)
    assert list(LegalBases.load(file).bases) == ["us-doj-ftc-2014"]


def test_a_file_of_bases_in_another_encoding_is_refused_in_words(tmp_path):
    file = tmp_path / "bases.toml"
    file.write_bytes(BASIS.replace("Statement", "Stat\xe9ment").encode("latin-1"))
    with pytest.raises(StillwatchError) as caught:
        LegalBases.load(file)
    assert caught.value.code == "SW-GATE-04"
    assert "UTF-8" in caught.value.render()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[[basis]]", "[[base]]", "`[[basis]]` entries"),
        ('title = "Statement"', "", "`title` is missing"),
        ("2014-04-10", '"2014-04-10"', "`in_force_from` is missing or no date"),
        ("checked_on", "cheked_on", "did you mean `checked_on`"),
        ('"guidance"', '"hope"', "`strength` is one of"),
        ('["automatic"]', '["autmatic"]', "`needed_for` lists some of"),
        ("[[basis]]", "[[basis", "no TOML"),
    ],
)
def test_a_mistake_in_a_file_of_bases_is_named(tmp_path, before, after, said):
    file = tmp_path / "bases.toml"
    file.write_text(BASIS.replace(before, after))
    with pytest.raises(StillwatchError) as caught:
        LegalBases.load(file)
    assert caught.value.code == "SW-GATE-04"
    assert said in caught.value.render()
    assert str(file) in caught.value.where


def test_a_policy_file_needs_to_say_only_what_differs(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text("k = 100\n")
    loaded = GatePolicy.load(file)
    assert (loaded.k, loaded.weeks_back) == (100, GatePolicy.shipped().weeks_back)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("k = 9", "`k` has to be an integer of at least 10"),
        ("k = 10.0", "`k` has to be an integer"),
        ("weaks_back = 3", "did you mean `weeks_back`"),
        ("networks = [[1]]", "list of pairs"),
        ('networks = "all"', "list of pairs"),
        ("k = ", "no TOML"),
    ],
)
def test_a_mistake_in_a_policy_is_named(tmp_path, text, said):
    file = tmp_path / "policy.toml"
    file.write_text(text + "\n")
    with pytest.raises(StillwatchError) as caught:
        GatePolicy.load(file)
    assert caught.value.code == "SW-GATE-01"
    assert said in caught.value.render()


@pytest.mark.parametrize(
    ("number", "exists"),
    [
        (0, False),
        (1, True),
        (23456, False),
        (64500, True),
        (65000, False),
        (131072, True),
        (4200000000, False),
    ],
)
def test_autonomous_systems_that_cannot_exist_are_known(number, exists):
    assert GatePolicy.shipped().is_allocated(number) is exists
