from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pytest
from tests.detection.conftest import SmallWorld

from stillwatch.detection.single.composition import Usual
from stillwatch.detection.single.traits import COUNT, NAMES, SHARES, summarise, traits
from stillwatch.detection.single.windows import Windows


@pytest.fixture(scope="module")
def drawn(small_world: SmallWorld) -> Windows:
    rng = np.random.default_rng(3)
    honest = np.array([small_world.truth[name].label == "benign" for name in small_world.frame.accounts])
    rows = np.flatnonzero(honest[small_world.frame.account])
    return Windows.of(small_world.frame, [np.sort(rng.choice(rows, 150, replace=False)) for _ in range(120)])


def test_shares_lie_between_none_and_all(small_world: SmallWorld) -> None:
    values = traits(small_world.frame, np.arange(500))[:, : len(SHARES)]
    assert set(np.unique(values[~np.isnan(values)]).tolist()) == {0.0, 1.0}


def test_a_summary_is_the_mean_of_each_window(drawn: Windows) -> None:
    summary = summarise(drawn)
    for place in (0, 57, 119):
        expected = np.nanmean(traits(drawn.frame, drawn.window(place)), axis=0)
        assert np.allclose(summary.means[place], expected, atol=1e-4)


def test_a_field_the_log_lacks_is_unknown_and_gives_no_evidence(drawn: Windows) -> None:
    table = drawn.frame.table
    for name in ("answer_chars", "answer_shape"):
        place = table.column_names.index(name)
        table = table.set_column(place, name, pa.nulls(len(table), table.schema.field(name).type))
    without = Windows.of(
        dataclasses.replace(drawn.frame, table=table), [drawn.window(k) for k in range(drawn.size)]
    )
    summary = summarise(without)
    assert np.isnan(summary.means[:, NAMES.index("answers")]).all()
    usual = Usual.of(summarise(drawn))
    partly, whole = usual.decibans(summary), usual.decibans(summarise(drawn))
    assert np.isfinite(partly).all()
    assert np.median(partly) < 0
    assert np.median(whole) < 0


def test_usual_windows_speak_for_innocence_and_foreign_ones_against_it(
    drawn: Windows, small_world: SmallWorld
) -> None:
    usual = Usual.of(summarise(drawn))
    attack = np.array([small_world.truth[name].label == "attack" for name in small_world.frame.accounts])
    foreign = np.flatnonzero(attack[small_world.frame.account])[:150]
    evidence = usual.decibans(summarise(Windows.of(small_world.frame, [foreign, drawn.window(0)])))
    assert evidence[0] > 25
    assert evidence[1] < 3


def test_the_sentence_names_what_stands_out_in_figures(drawn: Windows) -> None:
    summary = summarise(drawn)
    usual = Usual.of(summary)
    mean = summary.means[0].copy()
    mean[0] = 1.0
    sentence = usual.sentence(mean, 150)
    assert sentence.startswith("100 % of its requests ask for reasoning (usual here ")
    assert len(sentence) <= 120
    assert mean.size == COUNT
