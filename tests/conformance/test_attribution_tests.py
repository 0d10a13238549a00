"""Every test of the battery keeps the same promises: described, deterministic, silent where it has nothing to go by."""

from __future__ import annotations

import dataclasses
import random
import sys
from typing import Final

import pytest
from tests.attribution.scene import CANARIES, OPTIONS, Scene, key, material

from stillwatch.attribution.answers import Answers, Side
from stillwatch.attribution.battery.asking import prompts_for
from stillwatch.attribution.battery.contract import BatteryTest, NotApplicable, TestResult, Weight
from stillwatch.attribution.battery.registry import chosen
from stillwatch.attribution.battery.registry import tests as battery
from stillwatch.attribution.canaries.canary import Canary
from stillwatch.errors import StillwatchError

NAMES: Final = sorted(battery())
HEADS: Final = ("**Sees**", "**Innocent look-alikes**", "**Evaded by**")
GIVEN: Final = material(key("campaign-7"), canaries=CANARIES)
POOL: Final = tuple(f"Say something about number {n}." for n in range(30))


@pytest.fixture(scope="module")
def answers() -> Answers:
    scene = Scene(4, 6, 6)
    return scene.asked(scene.student(key("campaign-7")), scene.canaries("suspect", key("campaign-7")))


@pytest.fixture(params=NAMES)
def test(request: pytest.FixtureRequest) -> BatteryTest:
    return battery()[request.param]


def test_the_battery_has_what_an_attribution_needs() -> None:
    assert NAMES == [
        "account-trace",
        "agreement",
        "canaries",
        "overlap",
        "same-model",
        "watermark",
        "watermark-contrast",
    ]


def test_it_says_what_it_sees_what_looks_alike_and_what_evades_it(test: BatteryTest) -> None:
    text = sys.modules[type(test).__module__].__doc__ or ""
    assert all(head in text for head in HEADS)
    assert test.title
    assert test.references


def test_it_rests_on_keys_where_it_is_evidence(test: BatteryTest) -> None:
    assert test.purpose == "" or test.weight is Weight.EVIDENCE


def test_its_result_depends_on_nothing_but_its_input(test: BatteryTest, answers: Answers) -> None:
    shuffled = [answer for kept in answers.by_model.values() for answer in kept]
    random.Random(1).shuffle(shuffled)
    again = Answers.gather(
        shuffled, suspect="suspect", teacher="teacher", controls=reversed(answers.controls)
    )
    first, second = test.judge(answers, GIVEN, OPTIONS), test.judge(again, GIVEN, OPTIONS)
    if isinstance(first, NotApplicable):
        assert first == second
        return
    assert isinstance(second, TestResult)
    assert first.p == pytest.approx(second.p)
    assert first.e == pytest.approx(second.e)
    assert (first.units, first.sentence) == (second.units, second.sentence)


def test_its_sentence_is_short_and_quotes_no_answer(test: BatteryTest, answers: Answers) -> None:
    found = test.judge(answers, GIVEN, OPTIONS)
    if isinstance(found, TestResult):
        assert len(found.sentence) <= 160
        assert "w1 " not in found.sentence
        assert found.name == test.name
        assert found.weight is test.weight


def test_it_has_nothing_to_say_of_nothing(test: BatteryTest) -> None:
    for teacher, controls in ((None, ()), ("teacher", ("control",))):
        silent = Answers.gather([], suspect="suspect", teacher=teacher, controls=controls)
        found = test.judge(silent, GIVEN, OPTIONS)
        assert isinstance(found, NotApplicable)
        assert found.reason
        assert not found.reason.endswith(".")


def test_what_it_asks_goes_to_the_suspect_and_is_not_asked_without_need(test: BatteryTest) -> None:
    asked = test.prompts(POOL, GIVEN, OPTIONS)
    assert asked
    assert all(Side.SUSPECT in prompt.sides and prompt.samples >= 1 for prompt in asked)
    assert len({prompt.prompt_id for prompt in asked}) == len(asked)
    if test.purpose:
        assert test.prompts(POOL, material(), OPTIONS) == ()


def test_tests_that_ask_the_same_share_the_prompt() -> None:
    every = [battery()[name] for name in NAMES]
    asked = prompts_for(every, POOL, GIVEN, OPTIONS)
    alone = {prompt for test in every for prompt in test.prompts(POOL, GIVEN, OPTIONS)}
    assert len(asked) == len({prompt.prompt_id for prompt in asked}) == len(alone)
    assert [prompt.prompt_id for prompt in asked] == sorted(prompt.prompt_id for prompt in asked)


def test_a_canary_called_like_another_prompt_is_refused() -> None:
    taken = dataclasses.replace(GIVEN, canaries=(Canary("open-00001", "p", ("a", "b")),))
    with pytest.raises(StillwatchError, match="under one id") as caught:
        prompts_for(battery().values(), POOL, taken, OPTIONS)
    assert caught.value.code == "SW-ATT-04"


def test_a_name_that_is_no_test_gets_the_nearest() -> None:
    with pytest.raises(StillwatchError) as caught:
        chosen(["watermrk"])
    assert (caught.value.code, caught.value.hint) == ("SW-ATT-03", "did you mean `watermark`?")
