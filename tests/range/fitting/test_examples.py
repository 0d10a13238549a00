"""The fit learns from training worlds: it can make no others, and it reads what any log would give."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.detection import worlds

from stillwatch.cli.range_commands.fit import command
from stillwatch.detection.registry import detectors
from stillwatch.errors import StillwatchError
from stillwatch.range.campaigns import family
from stillwatch.range.fitting import examples, fitting
from stillwatch.range.fitting.examples import Lesson, examples_of, measured


def test_candidates_come_with_their_figures_and_their_truth() -> None:
    world, frame = worlds.made("demo", 1, 300, 9000), worlds.remembering("demo", 1, 300, 9000)
    campaigns = {t.campaign_id for t in world.truth.values() if t.campaign_id}
    found = measured(frame, world.truth, dict.fromkeys(campaigns, "crude"), "demo", "", threads=2)
    assert {e.campaign for e in found} == {True, False}
    assert all(set(e.figures) <= set(detectors()) for e in found)
    assert {e.group for e in found if e.campaign} <= {f"demo/{c}" for c in campaigns}
    assert all(e.members >= examples.LEAST_MEMBERS for e in found)


def test_no_other_split_than_training_is_ever_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def spy(name: str, seed: int, accounts: int, *, split: str, campaigns: Any) -> Any:
        asked.append((split, {family(plan.family).SPLIT for plan in campaigns or ()}))
        raise KeyboardInterrupt

    monkeypatch.setattr(examples, "make_world", spy)
    for varied in (False, True):
        with pytest.raises(KeyboardInterrupt):
            examples_of([Lesson("demo", 1, 300, varied)], tmp_path, threads=1, say=lambda _: None)
    assert asked == [("train", set()), ("train", {"train"})]
    assert "split" not in inspect.signature(examples_of).parameters
    assert "split" not in inspect.signature(fitting.fit_to).parameters
    assert not {option.name for option in command.params} & {"split"}


def test_a_lesson_that_is_none_is_answered_with_an_example(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["--out", str(tmp_path), "--lesson", "standard"])
    assert done.exit_code == 2
    assert "WORLD:SEED:ACCOUNTS" in done.output
    done = CliRunner().invoke(command, ["--out", str(tmp_path), "--lesson", "standard:1:300:other"])
    assert done.exit_code == 2
    assert "WORLD:SEED:ACCOUNTS:varied" in done.output


def test_one_world_is_too_little_to_learn_from(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError, match="one world") as caught:
        fitting.fit_to(
            [("demo", 1, 300, False)], tmp_path, tmp_path / "x.toml", threads=1, say=lambda _: None
        )
    assert caught.value.code == "SW-RANGE-71"
