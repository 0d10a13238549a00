"""``python -m benchmarks``: a folder scan, words on standard error, one line of JSON as the result."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import harness
from benchmarks.__main__ import main

ROOT = Path(harness.__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one benchmark, one part of a benchmark, and one that is broken."""
    package = tmp_path / "measures"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "two_sums.py").write_text(
        "DESCRIPTION: str = 'adds'\n"
        "def run(small):\n    print('adding')\n"
        "    return {'ratio': 1.5 if small else float('inf'), 'by': {'a': 2}}\n"
    )
    (package / "worlds.py").write_text("def make(): ...\n")
    (package / "broken.py").write_text("DESCRIPTION = 'breaks'\nimport no_such_module\ndef run(small): ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return package


def test_modules_that_run_are_found_and_others_are_not(folder: Path) -> None:
    assert list(harness.discover(folder)) == ["broken", "two-sums"]


def test_the_result_is_one_line_of_json_and_words_go_to_standard_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = json.loads(harness.run(harness.discover(folder)["two-sums"], small=True))
    captured = capsys.readouterr()
    assert result["benchmark"] == "two-sums"
    assert result["figures"] == {"ratio": 1.5, "by": {"a": 2}}
    assert result["machine"]["cores"] >= 1
    assert captured.out == ""
    assert "adding" in captured.err


def test_a_figure_that_json_cannot_carry_becomes_null(folder: Path) -> None:
    assert (
        json.loads(harness.run(harness.discover(folder)["two-sums"], small=False))["figures"]["ratio"] is None
    )


def test_without_a_name_they_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "make bench NAME=" in capsys.readouterr().out


def test_a_misspelt_name_is_answered_with_the_nearest(folder: Path) -> None:
    assert "did you mean two-sums?" in harness.unknown("two-sum", harness.discover(folder))


def test_every_benchmark_of_this_repository_has_a_one_line_description() -> None:
    for each in harness.discover().values():
        assert each.description, each.name
        assert "\n" not in each.description, each.name


def test_the_module_can_be_run_from_the_repository() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "no-such"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no benchmark is called no-such" in done.stderr
