"""Tests that rest on keys: they find students, spare innocents, and count keyed units and nothing else."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.stats import binom
from tests.attribution.scene import CANARIES, OPTIONS, Scene, key, material

from stillwatch.attribution.answers import Answer, Answers
from stillwatch.attribution.battery.contract import NotApplicable, TestResult
from stillwatch.attribution.battery.material import Material
from stillwatch.attribution.battery.registry import tests as battery
from stillwatch.attribution.keys.secrets import WATERMARK, OpenedKey, decoy_secrets, purpose_key
from stillwatch.attribution.watermark.favoured import favoured

KEY = key("campaign-7")
RAW, CONTRAST, TRACE, CANARY_TEST = "watermark", "watermark-contrast", "account-trace", "canaries"


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene()


@pytest.fixture(scope="module")
def student(scene: Scene) -> Answers:
    return scene.asked(scene.student(KEY))


@pytest.fixture(scope="module")
def innocents(scene: Scene) -> list[Answers]:
    return [scene.asked(scene.innocent()) for _ in range(6)]


def shown(name: str, answers: Answers, given: Material) -> TestResult:
    found = battery()[name].judge(answers, given, OPTIONS)
    assert isinstance(found, TestResult), found
    return found


@pytest.mark.parametrize("name", [RAW, CONTRAST])
def test_a_student_is_seen_under_its_key_and_not_under_another(student: Answers, name: str) -> None:
    found = shown(name, student, material(KEY, key("campaign-8")))
    own, other = found.keys
    assert own.cluster == "campaign-7"
    assert own.p < (1e-6 if name == CONTRAST else 0.01)
    assert own.rank == 1
    assert other.p > 0.01


def test_the_contrast_sees_what_the_raw_test_does_not(scene: Scene) -> None:
    answers = scene.asked(scene.student(KEY, share=0.3))
    raw, contrast = (shown(name, answers, material(KEY)).keys[0].score for name in (RAW, CONTRAST))
    assert contrast > raw + 1


@pytest.mark.parametrize("name", [RAW, CONTRAST])
def test_innocents_fall_below_a_level_no_more_often_than_it_says(innocents: list[Answers], name: str) -> None:
    found = [shown(name, answers, material(KEY)) for answers in innocents]
    below = sum(each.details["decoys_below_01"] for each in found)
    assert below / (60 * len(found)) <= 0.015
    assert all(each.keys[0].p > 1e-4 for each in found)


@pytest.mark.parametrize("name", [RAW, CONTRAST, CANARY_TEST])
def test_repeating_answers_to_ever_more_prompts_makes_no_more_units(
    innocents: list[Answers], name: str
) -> None:
    given = material(KEY, canaries=CANARIES)
    once = innocents[0]
    said = [*once.by_model["suspect"], *Scene(9).canaries("suspect")]
    once = _with_suspect(once, said)
    copies = [
        dataclasses.replace(each, prompt_id=f"{each.prompt_id}~{n}") for n in range(20) for each in said
    ]
    often = _with_suspect(once, [*said, *copies])
    first, second = shown(name, once, given), shown(name, often, given)
    assert second.units <= first.units
    assert abs(second.keys[0].score - first.keys[0].score) < 1.5, "repetition must not grow into evidence"


def test_counting_prompts_instead_of_units_would_accuse_an_innocent(scene: Scene) -> None:
    """One lucky answer, repeated over a thousand prompts, is one lucky answer."""
    text = scene.world.says(1, scene.rng)[0]
    units = np.stack([text[:-1], text[1:]], axis=1)
    drawn = (OpenedKey("lucky", "e1", secret) for secret in decoy_secrets(bytes(32), 2_000))
    lucky = next(each for each in drawn if _share(each, units) >= 0.5)
    said = [Answer("suspect", f"open-{n:05d}", 0, "", tuple(map(int, text))) for n in range(1_000)]
    said = [dataclasses.replace(each, text="said") for each in said]
    answers = _with_suspect(scene.asked(scene.innocent()), said)
    hits = round(_share(lucky, units) * len(units))
    by_prompts = float(binom.sf(1_000 * hits - 1, 1_000 * len(units), 0.25))
    assert by_prompts < 1e-200
    for name in (RAW, CONTRAST):
        assert shown(name, answers, material(lucky)).keys[0].p > 1e-4, name
    assert shown(RAW, answers, material(lucky)).units == len(np.unique(units, axis=0))


def test_units_that_a_prompt_brought_along_are_not_the_suspect_s(student: Answers) -> None:
    text = "".join(f"w{word} " for answer in student.of("suspect") for word in answer.tokens or ())
    quoting = material(KEY, prompts={"open-00001": text})
    found = battery()[RAW].judge(student, quoting, OPTIONS)
    assert isinstance(found, NotApplicable) or found.units < 0.2 * shown(RAW, student, material(KEY)).units


def test_a_text_in_foreign_tokens_is_cut_as_the_teacher_would(student: Answers) -> None:
    foreign = [dataclasses.replace(each, tokens=None) for each in student.by_model["suspect"]]
    by_text = shown(RAW, _with_suspect(student, foreign), material(KEY))
    assert by_text == shown(RAW, student, material(KEY))


def test_the_cluster_that_fed_a_student_ranks_first(scene: Scene) -> None:
    fed = [key("campaign-7", "e1"), key("campaign-7", "e2")]
    others = [key(f"campaign-{n}", epoch) for n in (1, 2, 3) for epoch in ("e1", "e2")]
    found = shown(TRACE, scene.asked(scene.student(*fed)), material(*others, *fed))
    assert [found.traces[0].cluster, found.traces[0].rank, found.traces[0].decoys] == ["campaign-7", 1, 30]
    assert found.p == pytest.approx(4 / 31)


def test_canaries_name_the_key_that_chose(scene: Scene) -> None:
    given = material(KEY, key("campaign-8"), canaries=CANARIES)
    answers = scene.asked(scene.innocent(), scene.canaries("suspect", KEY))
    own, other = shown(CANARY_TEST, answers, given).keys
    assert own.p < 1e-6
    assert own.units == len(CANARIES)
    assert other.p > 0.001
    chance = shown(CANARY_TEST, scene.asked(scene.innocent(), scene.canaries("suspect")), given)
    assert all(each.p > 0.001 for each in chance.keys)


def test_a_favourite_answer_that_everybody_gives_shows_nothing(scene: Scene) -> None:
    def favourite(name: str) -> list[Answer]:
        return [Answer(name, canary.canary_id, 0, "one") for canary in CANARIES]

    names = ("suspect", "teacher", *scene.controls)
    said = [answer for name in names for answer in favourite(name)]
    answers = Answers.gather(said, suspect="suspect", teacher="teacher", controls=scene.controls)
    found = shown(CANARY_TEST, answers, material(KEY, canaries=CANARIES))
    assert (found.units, found.e) == (0, 1.0)


@pytest.mark.parametrize("name", [RAW, CONTRAST, TRACE, CANARY_TEST])
def test_without_keys_tokeniser_or_answers_a_test_says_why_it_does_not_apply(
    student: Answers, name: str
) -> None:
    silent = Answers.gather([], suspect="suspect", teacher=None, controls=())
    for answers, given in (
        (student, material()),
        (student, dataclasses.replace(material(KEY), tokeniser=None)),
        (silent, material(KEY, canaries=CANARIES)),
    ):
        found = battery()[name].judge(answers, given, OPTIONS)
        assert isinstance(found, NotApplicable)
        assert found.reason


def _with_suspect(answers: Answers, said: list[Answer]) -> Answers:
    everything = [each for name, kept in answers.by_model.items() if name != "suspect" for each in kept]
    return Answers.gather(
        [*everything, *said], suspect="suspect", teacher=answers.teacher, controls=answers.controls
    )


def _share(opened: OpenedKey, units: np.ndarray) -> float:
    distinct = np.unique(units, axis=0)
    return float(favoured(purpose_key(opened.secret, WATERMARK), distinct, 0.25).mean())
