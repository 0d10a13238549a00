"""Parts are found by folder and by entry point; a broken one is reported and the others work on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stillwatch.logs import registry
from stillwatch.plugins import discover


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "parts_for_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "alpha.py").write_text("class P:\n    name = 'first'\nPART = P()\n")
    (folder / "beta.py").write_text("PART = object()\n")
    (folder / "crash.py").write_text("raise RuntimeError('no such library')\n")
    (folder / "twin.py").write_text("class P:\n    name = 'first'\nPART = P()\n")
    (folder / "unrelated.py").write_text("OTHER = 1\n")
    entry = tmp_path / "foreign-1.0.dist-info"
    entry.mkdir()
    (entry / "METADATA").write_text("Name: foreign\nVersion: 1.0\n")
    (entry / "entry_points.txt").write_text(
        "[test.parts]\nouter = parts_for_test.beta:PART\nlost = nowhere.at_all:X\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return "parts_for_test"


def test_parts_are_found_and_broken_ones_are_reported(package: str, caplog: pytest.LogCaptureFixture) -> None:
    discovery = discover(package, "PART", "test.parts")
    assert list(discovery.found) == ["first", "beta", "outer"]
    assert [(where.split(" (")[0], reason) for where, reason in discovery.broken] == [
        ("parts_for_test.crash", "RuntimeError: no such library"),
        ("parts_for_test.twin", "the name 'first' is already taken"),
        ("entry point test.parts:lost", "ModuleNotFoundError: No module named 'nowhere'"),
    ]
    assert "parts_for_test.crash is left out: RuntimeError: no such library" in caplog.text


def test_looking_twice_costs_once() -> None:
    assert registry.discovery() is registry.discovery()


def test_importing_the_register_loads_no_format() -> None:
    program = (
        "import sys, stillwatch.logs.registry;"
        "print(*(name in sys.modules for name in ('stillwatch.logs.bedrock', 'zstandard')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
