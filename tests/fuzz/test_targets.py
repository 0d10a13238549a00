"""Every reader holds against what once was too much for one, and against kept inputs that were changed here and there."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from fuzz.__main__ import main
from fuzz.mutating import mutated
from fuzz.registry import FOLDER, targets
from hypothesis import HealthCheck, example, given, settings

TARGETS = sorted(targets())
FEW = 25


@functools.cache
def tried(name: str) -> Callable[[bytes], object]:
    return targets()[name].load()


@pytest.mark.parametrize("name", TARGETS)
def test_kept_inputs_are_taken_or_refused(name: str) -> None:
    for file, data in targets()[name].inputs().items():
        try:
            tried(name)(data)
        except Exception as error:
            raise AssertionError(f"{file} is too much for {name}") from error


@pytest.mark.parametrize("name", TARGETS)
def test_changed_inputs_are_taken_or_refused(name: str) -> None:
    kept = sorted(set(targets()[name].inputs().values()), key=lambda data: (len(data), data))

    @given(data=mutated([each for each in kept if len(each) < 5_000]))
    @settings(
        max_examples=FEW if settings().derandomize else settings().max_examples,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @example(data=b"")
    def holds(data: bytes) -> None:
        tried(name)(data)

    holds()


def test_every_folder_of_inputs_belongs_to_a_target() -> None:
    for kind in ("corpus", "regressions"):
        assert {path.name for path in (FOLDER / kind).iterdir()} <= {*TARGETS, "any"}


def test_every_target_has_inputs_of_its_own_or_says_why_not() -> None:
    for each in targets().values():
        assert each.corpus.is_dir(), each.name
        assert sum(path.stat().st_size for path in each.corpus.iterdir()) < 200_000


def test_targets_are_listed_and_a_wrong_name_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["otpl"]) == 2
    assert "there is otlp" in capsys.readouterr().err
    assert main(["otlp", "--list"]) == 0
    assert "OTLP exports" in capsys.readouterr().out
