"""Tests of likeness: they corroborate, and say so even where an innocent looks like the teacher."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

import numpy as np
import pytest
from tests.attribution.scene import OPTIONS, Scene

from stillwatch.attribution.answers import Answer, Answers
from stillwatch.attribution.battery.contract import NotApplicable, TestResult, Weight
from stillwatch.attribution.battery.material import Material
from stillwatch.attribution.battery.options import BatteryOptions
from stillwatch.attribution.battery.registry import tests as battery

NOTHING = Material()
QUICK = dataclasses.replace(OPTIONS, permutations=99)


def shown(name: str, answers: Answers, options: BatteryOptions = OPTIONS) -> TestResult:
    found = battery()[name].judge(answers, NOTHING, options)
    assert isinstance(found, TestResult), found
    assert (found.weight, found.e, found.keys) == (Weight.CORROBORATION, None, ())
    return found


def short(name: str, pieces: list[str]) -> list[Answer]:
    return [Answer(name, f"short-{n:05d}", 0, piece) for n, piece in enumerate(pieces)]


def asked(**said: list[Answer]) -> Answers:
    controls = [name for name in said if name not in ("suspect", "teacher")]
    everything = [answer for listed in said.values() for answer in listed]
    return Answers.gather(everything, suspect="suspect", teacher="teacher", controls=controls)


def test_agreement_is_judged_against_the_closest_control() -> None:
    teacher = [f"word{n}" for n in range(100)]
    answers = asked(
        suspect=short("suspect", teacher[:90] + ["other"] * 10),
        teacher=short("teacher", teacher),
        far=short("far", ["other"] * 100),
        close=short("close", teacher[:88] + ["else"] * 12),
    )
    found = shown("agreement", answers)
    assert found.details["closest_control"] == "close"
    assert found.p == pytest.approx(0.25)
    assert not found.speaks


def test_agreement_alone_speaks_against_a_hard_control_which_is_why_it_cannot_accuse() -> None:
    scene = Scene(3, hard=0, unrelated=8)
    found = shown("agreement", scene.asked(scene.innocent()))
    assert found.p is not None
    assert found.p < 0.001
    assert found.speaks


def test_prompts_that_all_controls_get_right_leave_nothing_open() -> None:
    easy = ["same"] * 50
    answers = asked(
        suspect=short("suspect", easy),
        teacher=short("teacher", easy),
        **{f"c{n}": short(f"c{n}", easy) for n in range(5)},
    )
    assert (shown("agreement", answers).units, shown("agreement", answers).p) == (0, 1.0)


def repeated(name: str, shares: np.ndarray, rng: np.random.Generator) -> Iterator[Answer]:
    for prompt, row in enumerate(shares):
        for sample in range(12):
            text = "".join("abcdefghij"[rng.choice(10, p=row)] for _ in range(4))
            yield Answer(name, f"repeat-{prompt:05d}", sample, text)


def test_a_resold_model_is_not_told_from_the_teacher_while_the_controls_are() -> None:
    rng = np.random.default_rng(1)
    own, other, third = (rng.dirichlet(np.full(10, 0.3), 12) for _ in range(3))
    found = shown(
        "same-model",
        asked(
            suspect=list(repeated("suspect", own, rng)),
            teacher=list(repeated("teacher", own, rng)),
            one=list(repeated("one", other, rng)),
            two=list(repeated("two", third, rng)),
        ),
    )
    assert found.speaks
    assert found.details["controls_told_apart"] == {"one": True, "two": True}


def test_another_model_is_told_apart_and_no_test_with_little_power_speaks() -> None:
    rng = np.random.default_rng(2)
    own, other = (rng.dirichlet(np.full(10, 0.3), 12) for _ in range(2))
    told = shown(
        "same-model",
        asked(
            suspect=list(repeated("suspect", other, rng)),
            teacher=list(repeated("teacher", own, rng)),
            one=list(repeated("one", other, rng)),
        ),
    )
    assert told.p is not None
    assert told.p <= 0.01
    assert not told.speaks
    weak = shown(
        "same-model",
        asked(
            suspect=list(repeated("suspect", own, rng)),
            teacher=list(repeated("teacher", own, rng)),
            twin=list(repeated("twin", own, rng)),
        ),
    )
    assert not weak.speaks


def test_the_null_of_the_same_model_is_kept_to() -> None:
    rng = np.random.default_rng(3)
    below = 0
    for _ in range(20):
        own = rng.dirichlet(np.full(10, 0.3), 2)
        said = {name: list(repeated(name, own, rng)) for name in ("suspect", "teacher", "twin")}
        below += (shown("same-model", asked(**said), QUICK).p or 0.0) <= 0.1
    assert below <= 6


def likely(name: str, tables: list[dict[str, float]]) -> list[Answer]:
    return [
        Answer(
            name,
            f"short-{n:05d}",
            0,
            "a",
            top_logprobs=({token: math.log(share) for token, share in table.items()},),
        )
        for n, table in enumerate(tables)
    ]


def test_overlap_ranks_the_suspect_among_the_controls() -> None:
    answers = asked(
        suspect=likely("suspect", [{"a": 0.5, "b": 0.4}]),
        teacher=likely("teacher", [{"a": 0.5, "b": 0.5}]),
        one=likely("one", [{"a": 0.1, "c": 0.9}]),
        two=likely("two", [{"a": 0.2, "b": 0.2}]),
    )
    found = shown("overlap", answers)
    assert found.p == pytest.approx(1 / 3)
    assert found.effect == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["agreement", "same-model", "overlap"])
def test_without_controls_or_probabilities_likeness_does_not_apply(name: str) -> None:
    alone = asked(suspect=short("suspect", ["a"]), teacher=short("teacher", ["a"]))
    found = battery()[name].judge(alone, NOTHING, OPTIONS)
    assert isinstance(found, NotApplicable)
