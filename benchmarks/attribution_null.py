"""Whether attribution's error rates hold, and what it sees, on language models of word pairs; needs numpy only.

The experiment on transformers is the benchmark ``attribution``; this one has many more models and keys.
"""

from __future__ import annotations

import dataclasses
import sys

import numpy as np
from scipy.stats import norm

from stillwatch.attribution.answers import Answers
from stillwatch.attribution.battery.contract import TestResult
from stillwatch.attribution.battery.material import Material
from stillwatch.attribution.battery.options import BatteryOptions
from stillwatch.attribution.battery.registry import tests
from stillwatch.attribution.combine import Verdict
from stillwatch.attribution.combine.judge import judge
from stillwatch.attribution.keys.secrets import OpenedKey, decoy_secrets, purpose_key, slot_secret
from stillwatch.cli.demo_commands.story.word_models import Model, answered, learned, tokeniser, world

DESCRIPTION = (
    "attribution's error rates under innocence, key by key, and what it sees of students, on n-gram models"
)

TARGETS = (
    ("hard_controls_accused", "hard controls accused, n-gram models", "<=", 0),
    ("decoy_p01", "decoy keys with p < .01, n-gram models", "<=", 0.015, "share"),
    ("per_key_alarms", "alarms a key, n-gram innocents", "<=", 0.05, "share"),
)

_WORDS = 100
_MASTER = bytes(range(32))
_SHARES = {"full": 1.0, "half": 0.5, "share20": 0.2, "share10": 0.1}
_EVIDENCE = ("watermark", "watermark-contrast")
_PUBLIC = 300


@dataclasses.dataclass(frozen=True, slots=True)
class _Size:
    """How much is made.

    Attributes:
        keys: true keys; ``students`` of each share learn under as many of them.
        students: see ``keys``.
        innocents: teacher-like models that never saw an answer; ``controls`` come on top, half of them unrelated.
        controls: see ``innocents``.
        queries: answers a student learns from, and prompts that everybody is asked.
        decoys: keys that were never served.
    """

    keys: int
    students: int
    innocents: int
    controls: int
    queries: int
    decoys: int


def run(small: bool) -> dict[str, float]:
    """Null calibration key by key and over decoys, and verdicts on students, hard controls and unrelated models."""
    size = _Size(20, 8, 20, 60, 300, 60) if small else _Size(20, 20, 20, 60, 1_000, 400)
    scene = _Scene(size, np.random.default_rng(20_260_101))
    print(
        f"{size.keys} keys, {size.innocents} innocents, {size.controls} controls, {size.queries} queries",
        file=sys.stderr,
    )
    figures = _null(scene)
    print("under innocence:", {name: round(value, 4) for name, value in figures.items()}, file=sys.stderr)
    figures |= _innocents(scene)
    return figures | _students(scene)


class _Scene:
    """Models of one world, and what they say."""

    def __init__(self, size: _Size, rng: np.random.Generator) -> None:
        self.size, self.rng = size, rng
        self.world = world(_WORDS, rng)
        self.teacher = learned(self.world.says(10 * _PUBLIC, rng), words=_WORDS)
        self.keys = [
            OpenedKey(f"campaign-{n}", "e1", slot_secret(_MASTER, "e1", n)) for n in range(1, size.keys + 1)
        ]
        hard = {f"hard-{n}": self.innocent() for n in range(size.controls // 2)}
        other = {f"unrelated-{n}": world(_WORDS, rng) for n in range(size.controls - len(hard))}
        self.controls = {**hard, **other}
        self.said = [
            *answered("teacher", self.teacher.says(size.queries, rng)),
            *(each for name, model in self.controls.items() for each in self.answers(name, model)),
            *answered("teacher", self.teacher.likeliest()[:, None], "short"),
        ]
        self.everybody = Answers.gather(self.said, suspect="none", teacher="teacher", controls=self.controls)
        self.suspects = 0
        self.options = BatteryOptions(decoys=size.decoys)
        self.material = Material(decoys=decoy_secrets(bytes(32), size.decoys), tokeniser=tokeniser(_WORDS))

    def innocent(self) -> Model:
        """A model that learned what public texts teach, and nothing else."""
        return learned(self.world.says(_PUBLIC, self.rng), words=_WORDS)

    def student(self, key: OpenedKey, share: float) -> Model:
        """A model that learned from answers under a key, the rest of its texts public."""
        queries = int(self.size.queries * share)
        served = self.teacher.under(purpose_key(key.secret, "watermark")).says(queries, self.rng)
        return learned(served, self.world.says(self.size.queries - queries, self.rng), words=_WORDS)

    def answers(self, name: str, model: Model) -> list:
        """What a model says to all prompts."""
        short = answered(name, model.likeliest()[:, None], "short")
        return [*answered(name, model.says(self.size.queries, self.rng)), *short]

    def asked(self, suspect: Model) -> Answers:
        """Everything for one suspect."""
        self.suspects += 1
        name = f"suspect-{self.suspects}"
        return self.everybody.with_suspect(name, self.answers(name, suspect))

    def asked_with(self, suspect: Model, controls: list[str]) -> Answers:
        """Everything for one suspect, some controls left out."""
        said = [each for each in self.said if each.model == "teacher" or each.model in controls]
        said += self.answers("suspect", suspect)
        return Answers.gather(said, suspect="suspect", teacher="teacher", controls=controls)

    def under(self, *keys: OpenedKey) -> Material:
        """The material with these keys opened."""
        return dataclasses.replace(self.material, keys=keys)


def _null(scene: _Scene) -> dict[str, float]:
    """How often innocent models fall below a level: over decoys, and key by key."""
    per_key = {name: np.empty((scene.size.innocents, scene.size.keys)) for name in _EVIDENCE}
    scores = np.empty_like(per_key["watermark"])
    decoys = []
    for row in range(scene.size.innocents):
        answers = scene.asked(scene.innocent())
        for name in _EVIDENCE:
            found = _result(name, answers, scene.under(*scene.keys), scene.options)
            per_key[name][row] = [each.p for each in found.keys]
            decoys.append(found.details["decoys_below_01"] / scene.size.decoys)
            if name == "watermark":
                scores[row] = [each.score for each in found.keys]
    alarms = {name: (p < 0.01).mean(axis=0) for name, p in per_key.items()}
    naive = (norm.sf(scores) < 0.05).mean(axis=0)
    return {
        "decoy_p01": float(np.mean(decoys)),
        "per_key_alarms": float(max(each.mean() for each in alarms.values())),
        "worst_key_alarms_raw": float(alarms["watermark"].max()),
        "worst_key_alarms_contrast": float(alarms["watermark-contrast"].max()),
        "worst_key_below_05_raw_normal": float(naive.max()),
        "worst_key_below_05_contrast": float((per_key["watermark-contrast"] < 0.05).mean(axis=0).max()),
        "key_luck_raw": float(scores.mean(axis=0).std()),
    }


def _innocents(scene: _Scene) -> dict[str, float]:
    """Verdicts on models that saw no answer, and what likeness alone would say of them."""
    hard = [scene.innocent() for _ in range(scene.size.students)]
    unrelated = [world(_WORDS, scene.rng) for _ in range(scene.size.students)]
    distant = [name for name in scene.controls if name.startswith("unrelated")]
    accused = {"hard": 0, "unrelated": 0}
    alike = 0
    for kind, models in (("hard", hard), ("unrelated", unrelated)):
        for number, model in enumerate(models):
            key = scene.keys[number % len(scene.keys)]
            verdict = judge(scene.asked(model), scene.under(key), scene.options, _EVIDENCE).conclusion.verdict
            accused[kind] += verdict is Verdict.SUPPORTED
            if kind == "hard":
                likeness = _result("agreement", scene.asked_with(model, distant), Material(), scene.options)
                alike += likeness.p is not None and likeness.p < 0.001
    return {
        "hard_controls_accused": accused["hard"],
        "unrelated_accused": accused["unrelated"],
        "hard_controls_accused_by_agreement_alone": alike / len(hard),
    }


def _students(scene: _Scene) -> dict[str, float]:
    """Verdicts on students, by the share of their texts that answers under the key make up."""
    figures: dict[str, float] = {}
    several = scene.keys[-8:]
    for name, share in _SHARES.items():
        supported, right = 0, 0
        for key in scene.keys[: scene.size.students]:
            answers = scene.asked(scene.student(key, share))
            conclusion = judge(answers, scene.under(key), scene.options, _EVIDENCE).conclusion
            supported += conclusion.verdict is Verdict.SUPPORTED
            trace = _result("account-trace", answers, scene.under(*{*several, key}), scene.options)
            first = trace.traces[0]
            right += first.cluster == key.cluster and first.rank == 1
        words = name if name.startswith("share") else f"{name}_share"
        figures[f"{words}_supported"] = supported / scene.size.students
        figures[f"{name}_account_trace_right"] = right / scene.size.students
        print(f"{name}: {supported} of {scene.size.students} supported, {right} traced", file=sys.stderr)
    return figures


def _result(name: str, answers: Answers, material: Material, options: BatteryOptions) -> TestResult:
    found = tests()[name].judge(answers, material, options)
    assert isinstance(found, TestResult)
    return found
