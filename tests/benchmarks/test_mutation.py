"""Faults that are put in on purpose: what they are, and that tests are asked about them as they should be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from benchmarks import mutation
from benchmarks.mutants import mutants_of
from benchmarks.mutation import PARTS, SOURCES, Part, score

CHANGES = [
    ("x = a < b", "(a <= b)"),
    ("x = a in b", "(a not in b)"),
    ("x = a is None", "(a is not None)"),
    ("x = a and b", "(a or b)"),
    ("x = a + b", "(a - b)"),
    ("x = a // b", "(a * b)"),
    ("x += b", "x -= b"),
    ("x = not a", "(a)"),
    ("x = True", "False"),
    ("x = 3", "4"),
    ("x = 0.5", "1.5"),
    ("def f():\n    return a", "return None"),
    ("raise a", "pass"),
    ("a(b)", "pass"),
    ("async def f():\n    await a(b)", "pass"),
]
LEFT_ALONE = [
    '"""A docstring with 3 < 4."""',
    "def f(a: int | None) -> Literal[3]: ...",
    "x: Literal[3]",
    "@dataclass(frozen=True)\nclass A: ...",
    "@numba.njit(cache=True)\ndef f(a):\n    return a + 1",
    "class A(Protocol):\n    def f(self):\n        return 1",
    "if TYPE_CHECKING:\n    X = 3",
    "from ... import a",
    "return_none = f'{3 + 4}'",
    "def f():\n    return None",
]


def faults(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    return [mutant.new for mutant in mutants_of(tmp_path, "a.py")]


@pytest.mark.parametrize(("text", "fault"), CHANGES)
def test_one_small_slip_at_a_time(tmp_path: Path, text: str, fault: str) -> None:
    assert faults(tmp_path, text) == [fault]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_states_no_behaviour_stays_as_it_is(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text) == []


def test_of_a_chain_and_of_defaults_each_place_changes_alone(tmp_path: Path) -> None:
    assert faults(tmp_path, "x = a < b <= c") == ["(a < b < c)", "(a <= b <= c)"]
    assert faults(tmp_path, "def f(a: int = 1, *, b: bool = True): ...") == ["2", "False"]


def test_what_stands_around_a_fault_stays_to_the_byte(tmp_path: Path) -> None:
    text = "name = 'é'; x = 1 if é < 2 else 3  # é\n"
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    changed = [each.put_in(text.encode()).decode() for each in mutants_of(tmp_path, "a.py")]
    assert [text.replace("= 1", "= 2"), text.replace("é < 2", "(é <= 2)")] == changed[:2]


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_its_files_and_tests_and_its_faults_are_python(name: str) -> None:
    part = PARTS[name]
    assert all((mutation.ROOT / test).exists() for test in part.tests)
    paths = mutation.files_of(mutation.ROOT, part)
    assert all(any(path.startswith(SOURCES + begin) for path in paths) for begin in part.files)
    for path in paths:
        source = (mutation.ROOT / path).read_bytes()
        for mutant in mutants_of(mutation.ROOT, path)[::9]:
            ast.parse(mutant.put_in(source))


SUMS = """\
def ramp(n):
    x = 0
    while x < n:
        x += 2
    return x

def unheard_of(n):
    return n + 1
"""
TESTS = """\
from stillwatch.sums import ramp

def test_ramps():
    assert ramp(4) == 4

def test_nothing_of_it():
    assert True
"""


def test_a_fault_counts_if_a_test_fails_or_never_ends_and_not_if_none_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in {
        "src/stillwatch/__init__.py": "",
        "src/stillwatch/sums.py": SUMS,
        "tests/test_sums.py": TESTS,
        "docs/none": "",
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--import-mode=importlib'\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "benchmarks").symlink_to(mutation.ROOT / "benchmarks")
    monkeypatch.setattr(mutation, "ROOT", tmp_path)
    monkeypatch.setattr(mutation, "LEAST_SECONDS", 2)
    found = score(Part(("sums.py",), ("tests/test_sums.py",)), 100, 1)
    assert (found["faults"], found["noticed"], found["for_ever"], found["not_run"]) == (8, 5, 1, 3)
    said = capsys.readouterr().err
    assert "not run: src/stillwatch/sums.py:8: n + 1 -> (n - 1)" in said
    assert "ramp" not in said
    assert (tmp_path / "src/stillwatch/sums.py").read_text("utf-8") == SUMS
