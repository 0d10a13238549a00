"""A copy, two innocents, and the product's verdict on them, with everything trained here."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from benchmarks.attribution_lab import training
from benchmarks.attribution_lab.answering import WordTokeniser, answered, pool_of
from benchmarks.attribution_lab.judging import Court, result_of
from benchmarks.attribution_lab.network import draws, sample
from benchmarks.attribution_lab.recipes import Part, Recipe, public_rows, tuned
from benchmarks.attribution_lab.world import Kind, World
from stillwatch.attribution.battery.material import Material
from stillwatch.attribution.battery.options import BatteryOptions
from stillwatch.attribution.battery.registry import chosen
from stillwatch.attribution.combine.conclusion import Verdict
from stillwatch.attribution.keys.secrets import WATERMARK, OpenedKey, decoy_secrets, purpose_key
from stillwatch.attribution.serving.huggingface import KeyedWatermark
from stillwatch.attribution.watermark.settings import WatermarkSettings

TESTS = ("watermark", "watermark-contrast", "account-trace")
SETTINGS = WatermarkSettings()
KEYS = tuple(OpenedKey(f"campaign-{n}", "2026-w40", bytes([n]) * 32) for n in (1, 2))


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    kept = training.KEPT
    training.KEPT = tmp_path_factory.mktemp("kept")
    world = World.of(5)
    public = public_rows(world, 5)
    base = Recipe("base", (32, 1), 1, 150, (Part(public, 1.0),), rate=6e-3)
    teacher = training.model_of(base)
    asked = world.questions(Kind.TELL, 1500, np.random.default_rng(2))
    key = purpose_key(KEYS[0].secret, WATERMARK)
    said = sample(
        teacher,
        asked,
        draws(3, len(asked)),
        processor=lambda begin, end: KeyedWatermark([key] * (end - begin), SETTINGS),
    )
    rows = np.concatenate([asked, said], axis=1)
    copy = training.model_of(tuned("copy", base, 11, 120, [Part(rows, 1.0)]))
    innocents = [
        training.model_of(tuned(f"hard-{n}", base, 20 + n, 40, [Part(public, 1.0)])) for n in range(2)
    ]
    yield world, teacher, copy, innocents
    training.KEPT = kept


def _court(lab, rate):
    world, teacher, copy, innocents = lab
    options = dataclasses.replace(BatteryOptions(), prompts=500, max_tokens=32, decoys=99, rate=rate)
    material = Material(KEYS, decoy_secrets(b"d" * 32, 99), SETTINGS, WordTokeniser())
    pool = pool_of(world, options.prompts)
    prompts = {p.prompt_id: p for t in chosen(TESTS).values() for p in t.prompts(pool, material, options)}
    material = dataclasses.replace(material, prompts={name: p.text for name, p in prompts.items()})

    def told(model, name, seed):
        return answered(model, list(prompts.values()), name, seed)

    controls = {f"hard-{n}": told(model, f"hard-{n}", n) for n, model in enumerate(innocents)}
    return Court(told(teacher, "teacher", 8), controls, material, options, TESTS), told(copy, "copy", 9)


def test_a_copy_is_supported_under_the_key_it_was_served_with_and_its_innocent_kin_are_not_accused(lab):
    court, said = _court(lab, rate=0.8)
    tried = court.tried("copy", said)
    assert tried.conclusion.verdict is Verdict.SUPPORTED
    assert tried.conclusion.clusters[0].cluster == "campaign-1"
    assert tried.conclusion.clusters[1].e < 100
    assert result_of(tried, "account-trace").traces[0].rank == 1
    assert court.accused(tried) == ()


def test_with_too_few_controls_the_same_evidence_is_inconclusive_and_says_how_many_are_needed(lab):
    court, said = _court(lab, rate=0.05)
    conclusion = court.tried("copy", said).conclusion
    assert conclusion.verdict is Verdict.INCONCLUSIVE
    assert conclusion.controls_needed == 57
