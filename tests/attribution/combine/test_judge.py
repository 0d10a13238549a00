"""From answers to a verdict, by the real battery: students are found, innocents of every kind are not."""

from __future__ import annotations

import dataclasses

import pytest
from tests.attribution.scene import CANARIES, OPTIONS, WORDS, Scene, key, material

from stillwatch.attribution.answers import Answer, Answers
from stillwatch.attribution.combine import Verdict
from stillwatch.attribution.combine.judge import judge
from stillwatch.cli.demo_commands.story.word_models import world
from stillwatch.errors import StillwatchError

KEY = key("campaign-7")


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(5)


def test_a_student_is_found_and_its_campaign_named(scene: Scene) -> None:
    answers = scene.asked(scene.student(KEY), scene.canaries("suspect", KEY))
    found = judge(answers, material(key("campaign-8"), KEY, canaries=CANARIES), OPTIONS)
    assert found.conclusion.verdict is Verdict.SUPPORTED
    assert found.conclusion.clusters[0].cluster == "campaign-7"
    assert found.conclusion.clusters[0].rank == 1
    assert found.conclusion.e >= 1e6
    assert (found.conclusion.controls, found.conclusion.alarms) == (16, 0)
    assert {each.name for each in found.skipped} == {"overlap", "same-model"}


def test_a_hard_control_looks_like_the_teacher_and_is_not_accused(scene: Scene) -> None:
    found = judge(scene.asked(scene.innocent()), material(KEY), OPTIONS).conclusion
    assert found.verdict in (Verdict.NOT_SUPPORTED, Verdict.INCONCLUSIVE, Verdict.CONSISTENT)
    assert found.e < 100


def test_an_unrelated_model_is_not_accused(scene: Scene) -> None:
    found = judge(scene.asked(world(WORDS, scene.rng)), material(KEY), OPTIONS).conclusion
    assert found.verdict in (Verdict.NOT_SUPPORTED, Verdict.INCONCLUSIVE)


def test_keys_of_several_epochs_add_up(scene: Scene) -> None:
    keys = [key("campaign-7", epoch) for epoch in ("e1", "e2", "e3")]
    answers = scene.asked(scene.student(*keys))
    alone = [judge(answers, material(each), OPTIONS, ["watermark-contrast"]).conclusion.e for each in keys]
    together = judge(answers, material(*keys), OPTIONS, ["watermark-contrast"]).conclusion
    assert together.e > max(alone)
    assert together.clusters[0].epochs == ("e1", "e2", "e3")


def test_another_suspect_is_judged_as_if_everything_were_worked_out_anew(scene: Scene) -> None:
    first = scene.asked(scene.innocent())
    said = [dataclasses.replace(each, model="second") for each in scene.says("suspect", scene.student(KEY))]
    judge(first, material(KEY), OPTIONS)
    quick = judge(first.with_suspect("second", said), material(KEY), OPTIONS)
    everything = [each for name, kept in first.by_model.items() if name != "suspect" for each in kept]
    anew = Answers.gather([*everything, *said], suspect="second", teacher="teacher", controls=first.controls)
    slow = judge(anew, material(KEY), OPTIONS)
    assert quick.results == slow.results
    assert quick.conclusion == slow.conclusion
    with pytest.raises(StillwatchError, match="named twice"):
        first.with_suspect("second", said)


def test_a_model_that_refuses_everything_is_inconclusive(scene: Scene) -> None:
    answers = scene.asked(scene.innocent())
    silent = dataclasses.replace(answers, by_model={**answers.by_model, "suspect": ()}, memory={})
    found = judge(silent, material(KEY), OPTIONS).conclusion
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.e == 1.0


def test_answers_that_contradict_each_other_are_refused() -> None:
    one = Answer("suspect", "open-1", 0, "a")
    for answers, words in (
        ([one, dataclasses.replace(one, text="b")], "same sample"),
        ([dataclasses.replace(one, model="stranger")], "no part in this"),
    ):
        with pytest.raises(StillwatchError, match=words) as caught:
            Answers.gather(answers, suspect="suspect", teacher=None, controls=())
        assert caught.value.code == "SW-ATT-01"
    with pytest.raises(StillwatchError, match="named twice"):
        Answers.gather([], suspect="a", teacher="a", controls=())
