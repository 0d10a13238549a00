"""``python -m benchmarks``: a folder scan, words on standard error, one line of JSON as the result."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import figure_table, harness, keeping
from benchmarks.__main__ import main
from benchmarks.targets import Target

ROOT = Path(harness.__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one benchmark, one part of a benchmark, and one that is broken."""
    package = tmp_path / "measures"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "two_sums.py").write_text(
        "DESCRIPTION: str = 'adds'\n"
        "TARGETS = (('ratio', 'a sum over another', '<=', 2, '×'), ('by/a', 'sums', '>=', 3))\n"
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
    result = json.loads(json.dumps(harness.run(harness.discover(folder)["two-sums"], small=True)))
    captured = capsys.readouterr()
    assert result["benchmark"] == "two-sums"
    assert result["figures"] == {"ratio": 1.5, "by": {"a": 2}}
    assert result["machine"]["cores"] >= 1
    assert captured.out == ""
    assert "adding" in captured.err


def test_a_figure_that_json_cannot_carry_becomes_null(folder: Path) -> None:
    assert harness.run(harness.discover(folder)["two-sums"], small=False)["figures"]["ratio"] is None


def test_without_a_name_every_target_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    out = capsys.readouterr().out
    for each in harness.discover().values():
        for target in each.targets:
            assert target.words in out


def test_the_benchmarks_are_listed_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    out = capsys.readouterr().out
    assert "make bench NAME=" in out
    assert "ingest-live" in out
    assert "unmeasured" not in out


def result(ratio: float, *, small: bool, taken: str = "2026-03-02") -> dict[str, object]:
    machine = {"cores": 2, "memory_gib": 23.6}
    figures = {"ratio": ratio, "by": {"a": 4}}
    return {
        "benchmark": "two-sums",
        "figures": figures,
        "small": small,
        "taken": taken,
        "machine": machine,
        "commit": "0123",
    }


def test_kept_figures_come_back_in_the_table(folder: Path, tmp_path: Path) -> None:
    known = harness.discover(folder)
    keeping.keep(result(2.5, small=False), known["two-sums"].targets, "shared machine", tmp_path)
    table = figure_table.rows(known.values(), tmp_path)
    assert [row.outcome for row in table] == ["missed", "met"]
    assert table[0].cells()[2:6] == ("≤ 2 ×", "2.50 ×", "2026-03-02", "2 cores, 24 GiB, shared machine")
    assert "1 met, 1 missed" in figure_table.as_text(table)
    assert "| two-sums | sums | ≥ 3 | 4 |" in figure_table.as_markdown(table)


def test_a_small_run_replaces_no_full_one_and_a_later_full_one_does(folder: Path, tmp_path: Path) -> None:
    targets = harness.discover(folder)["two-sums"].targets
    keeping.keep(result(1.0, small=True), targets, folder=tmp_path)
    assert keeping.kept("two-sums", tmp_path)["ratio"].size == "small"
    keeping.keep(result(2.5, small=False), targets, folder=tmp_path)
    assert keeping.keep(result(1.0, small=True), targets, folder=tmp_path) == {}
    assert keeping.kept("two-sums", tmp_path)["ratio"].value == 2.5
    keeping.keep(result(1.5, small=False, taken="2026-03-03"), targets, folder=tmp_path)
    assert keeping.kept("two-sums", tmp_path)["ratio"].taken == "2026-03-03"


def test_a_run_that_says_it_was_reduced_is_kept_as_a_small_one() -> None:
    assert harness.result("attribution", {"reduced": True}, small=False)["small"]
    assert not harness.result("attribution", {"reduced": False}, small=False)["small"]


def test_a_full_run_without_a_figure_that_was_promised_is_an_error(folder: Path, tmp_path: Path) -> None:
    lacking = result(1.0, small=False) | {"figures": {"ratio": 1.0}}
    with pytest.raises(ValueError, match="by/a"):
        keeping.keep(lacking, harness.discover(folder)["two-sums"].targets, folder=tmp_path)
    assert keeping.kept("two-sums", tmp_path).keys() == {"ratio"}, "what it did give is not lost"


@pytest.mark.parametrize(
    ("target", "promised", "value", "shown"),
    [
        (Target("a", "", "<=", 0), "0", 0.0, "0"),
        (Target("a", "", "<=", 0.0005, "share"), "≤ 0.05 %", 0.00012, "0.0120 %"),
        (Target("a", "", ">=", 20_000, "/s"), "≥ 20,000 /s", 31234.5, "31,234 /s"),
        (Target("a", "", "<=", 1.15), "≤ 1.15", 1.1, "1.10"),
    ],
)
def test_figures_are_shown_with_their_units(target: Target, promised: str, value: float, shown: str) -> None:
    assert (target.promised(), target.shown(value)) == (promised, shown)


def test_every_kept_figure_has_a_target() -> None:
    known = harness.discover()
    for path in keeping.FIGURES.glob("*.json"):
        assert path.stem in known
        assert set(keeping.kept(path.stem)) <= {target.figure for target in known[path.stem].targets}


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
