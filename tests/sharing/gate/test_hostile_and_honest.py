"""Nothing that may not pass passes, and everything honest does: the sets in ``benchmarks/gate_sets``."""

from __future__ import annotations

import pytest

from benchmarks.gate_sets.cases import written
from benchmarks.gate_sets.generated import generated
from benchmarks.gate_sets.honest import examples, honest
from benchmarks.gate_sets.judging import Judge, Outcome
from stillwatch.sharing.gate import Situation, Stamp
from stillwatch.sharing.gate.lanes import TYPES
from stillwatch.sharing.gate.refusal_report import reasons

WRITTEN = list(written())
MADE = list(generated())


@pytest.fixture(scope="module")
def judge():
    return Judge()


@pytest.fixture(scope="module")
def made(judge):
    """What became of the attempts made by machine."""
    return [judge.judge(case) for case in MADE]


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: f"{case.category}: {case.name}")
def test_an_attempt_is_refused_by_its_rule_or_nothing_of_it_is_left(case, judge):
    judged = judge.judge(case)
    wanted = Outcome.REWRITTEN if case.rewritten else Outcome.REFUSED
    assert judged.outcome is wanted
    if case.rule:
        assert case.rule in {each.rule for each in judged.refusals}


def test_attempts_made_by_machine_do_not_pass_either(made):
    passed = [c.name for c, judged in zip(MADE, made, strict=True) if judged.outcome is Outcome.PASSED]
    assert passed == []


def test_every_honest_object_passes(judge):
    refused = [
        (obj["type"], answer.refusals)
        for obj in honest()
        if not (answer := judge.gate.check(obj, judge.situation)).passed
    ]
    assert refused == []


def test_the_sets_are_as_large_as_they_are_said_to_be():
    assert len({(case.category, case.name) for case in WRITTEN}) == len(WRITTEN) >= 300
    assert len({case.category for case in WRITTEN}) >= 15
    assert len({case.data for case in WRITTEN}) >= len(WRITTEN) - 3
    found = list(honest())
    assert len({obj["id"] for obj in found}) == len(found) >= 300
    assert {obj["type"] for obj in found} == set(TYPES)
    assert len(MADE) >= 3000


def test_every_refusal_names_a_rule_that_counsel_can_look_up_and_quotes_no_value(judge):
    why = reasons()
    for case in WRITTEN:
        for each in judge.judge(case).refusals:
            assert each.rule in why
            assert each.field
            assert each.sentence.isascii()
            assert "three dollars" not in each.sentence


def test_places_for_the_log_hold_no_name_that_a_sender_made_up(judge, made):
    for case, judged in zip((*WRITTEN, *MADE), (*map(judge.judge, WRITTEN), *made), strict=True):
        assert judged.refusals or case.rewritten
        for each in judged.refusals:
            assert "price" not in each.place
            assert "dollars" not in each.place
            assert "Example" not in each.place


@pytest.mark.parametrize("name", examples())
def test_the_hub_stores_what_passed_in_a_form_that_passes_again(name, judge):
    obj = examples()[name]
    hub = "identity--9a1f0000-0000-4000-8000-00000000000f"
    stored = judge.rewriter.rewrite(obj, Stamp(obj["created_by_ref"], judge.situation.today, hub))
    again = judge.gate.check(stored, Situation(judge.situation.today, hub, judge.situation.knows))
    assert again.refusals == ()
