"""One judgement on every engine, and what happens where an engine cannot work."""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
import shutil
from pathlib import Path

import pytest
from tests.detection.conftest import SmallWorld

from stillwatch.core.verdict import DetectionResult
from stillwatch.detection import engine as engines
from stillwatch.detection import run
from stillwatch.detection.conclusions import results
from stillwatch.detection.deciding import decide
from stillwatch.detection.registry import detectors
from stillwatch.detection.weighing.evidence import gather
from stillwatch.errors import StillwatchError

_SPARK_IS_HERE = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None


def concluded(world: SmallWorld, outcome: run.Outcome) -> DetectionResult:
    """What people are told."""
    return results.conclude(world.frame, outcome, results.Reading(0, 0, 0, "", {}, "0", "0"))


@pytest.mark.skipif(
    not _SPARK_IS_HERE, reason="pyspark or Java is not installed: the engine spark cannot be tried"
)
def test_spark_comes_to_the_same_figures_verdicts_and_campaigns_as_duckdb(small_world: SmallWorld) -> None:
    outcome = small_world.outcome
    evidence = gather(
        small_world.frame,
        outcome.snapshots,
        outcome.checkpoints,
        list(detectors().values()),
        outcome.scales,
        functools.partial(engines.engine("spark").session, 2, 2.0),
    )

    figures, expected = evidence.figures, outcome.evidence.figures
    assert len(expected) > 20
    assert {name for each in expected.values() for name in each} >= {"sustained", "solicitation", "even_load"}
    assert figures.keys() == expected.keys()
    for key, each in expected.items():
        assert figures[key] == pytest.approx(each, rel=1e-9, abs=1e-9), key
    judgement = decide.judge(outcome.snapshots, evidence, outcome.scales, outcome.fdr)
    ours = concluded(small_world, dataclasses.replace(outcome, evidence=evidence, judgement=judgement))
    theirs = concluded(small_world, outcome)
    assert ours.verdicts == theirs.verdicts
    assert ours.campaigns == theirs.campaigns
    assert ours.summary.verdicts["attack"] > 0


def test_an_engine_that_does_not_exist_is_named_with_its_nearest() -> None:
    with pytest.raises(StillwatchError, match="there is no engine 'duckbd'") as told:
        engines.engine("duckbd")

    assert told.value.hint == "did you mean duckdb?"


def test_spark_without_pyspark_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(StillwatchError, match="Spark is not installed") as told:
        engines.engine("spark")

    assert "stillwatch[spark]" in (told.value.hint or "")


def test_spark_without_java_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    with pytest.raises(StillwatchError, match="Spark needs Java") as told:
        engines.engine("spark")

    assert str(tmp_path) in (told.value.where or "")
