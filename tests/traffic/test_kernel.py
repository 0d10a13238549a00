"""Compiled code is made anew when anything it was made from changes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import stillwatch

INNER = """
from stillwatch.traffic.kernel import inlined

STEP = 1

@inlined
def step(x):
    return x + STEP
"""
OUTER = """
import sys
from stillwatch.traffic.inner import step
from stillwatch.traffic.kernel import kernel

@kernel
def twice(x):
    return step(step(x))

print(twice(40), sum(twice.stats.cache_hits.values()))
"""


def test_a_function_is_compiled_anew_when_one_that_it_calls_in_another_file_changes(tmp_path: Path) -> None:
    package = tmp_path / "stillwatch"
    source = Path(stillwatch.__file__).parent
    for name in ("__init__.py", "traffic/__init__.py", "traffic/kernel.py"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, package / name)
    inner = package / "traffic" / "inner.py"
    inner.write_text(INNER)
    (package / "traffic" / "outer.py").write_text(OUTER)

    def answer() -> str:
        words = [sys.executable, "-m", "stillwatch.traffic.outer"]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()

    assert answer() == "42 0"
    assert answer() == "42 1", "nothing has changed, so nothing is compiled"
    inner.write_text(INNER.replace("STEP = 1", "STEP = 30"))
    assert answer() == "100 0"
