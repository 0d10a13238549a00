"""Which share of the lines of the core the tests run, by package (coverage.py, in every process that tests start).

Functions that numba compiles run where no tracer sees them: their lines are left out, and the tests that compare them
with plain Python (``tests/properties/test_scan_agrees.py`` and others) stand for them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

DESCRIPTION = "share of the lines of the core that tests run, by package"

TARGETS = (
    ("core", "lines run by tests, core", ">=", 0.9, "share"),
    ("detection", "lines run by tests, detection", ">=", 0.9, "share"),
    ("gate", "lines run by tests, antitrust gate", ">=", 0.9, "share"),
    ("ledger", "lines run by tests, ledger", ">=", 0.9, "share"),
    ("policy", "lines run by tests, policy", ">=", 0.9, "share"),
    ("enforcement", "lines run by tests, enforcement with gateways", ">=", 0.9, "share"),
)

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "coverage"
PACKAGES = {
    "core": ("core/",),
    "detection": ("detection/",),
    "gate": ("sharing/gate/",),
    "ledger": ("storage/ledger/",),
    "policy": tuple(
        f"enforcement/{name}"
        for name in ("policy", "rule", "condition", "engine", "brakes", "essential", "promotion", "proposals")
    ),
    "enforcement": ("enforcement/",),
}
_OWN_TESTS = ("tests/detection", "tests/sharing/gate", "tests/storage/ledger", "tests/enforcement")
_CONFIG = """\
[run]
source = {source}
data_file = {out}/data
parallel = true
patch = subprocess
sigterm = true

[report]
exclude_also =
    @(numba\\.)?(njit|jit|vectorize|guvectorize)
    if TYPE_CHECKING:
    @(abc\\.)?abstractmethod
    class .*\\bProtocol\\)
"""


def run(small: bool) -> dict[str, float]:
    """The suite under coverage.py; the small version runs the packages' own tests alone."""
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("data*"):
        old.unlink()
    config = OUT / "coveragerc"
    config.write_text(_CONFIG.format(source=ROOT / "src" / "stillwatch", out=OUT), encoding="utf-8")
    environment = os.environ | {"COVERAGE_RCFILE": str(config)}
    tests = _OWN_TESTS if small else ("tests",)
    workers = ["-n", os.environ.get("JOBS", "auto")]
    _coverage(environment, "run", "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers, *tests)
    _coverage(environment, "combine", "--quiet")
    _coverage(environment, "json", "--quiet", "-o", str(OUT / "coverage.json"))
    files = json.loads((OUT / "coverage.json").read_text("utf-8"))["files"]
    figures = {name: share(files, parts) for name, parts in PACKAGES.items()}
    for name, parts in PACKAGES.items():
        print(f"{name}: {figures[name]:.1%}", file=sys.stderr)
        for path, lacking in holes(files, parts)[:10]:
            print(f"  {lacking:>4} lines not run in {path}", file=sys.stderr)
    return figures


def _coverage(environment: dict[str, str], *words: str) -> None:
    """Runs coverage.py; that a test fails does not stop it, because it is not what is measured here."""
    done = subprocess.run(
        [sys.executable, "-m", "coverage", *words], cwd=ROOT, env=environment, stdout=sys.stderr, check=False
    )
    if done.returncode and words[0] != "run":
        raise RuntimeError(f"coverage {words[0]} ended with status {done.returncode}")


def _within(path: str, parts: tuple[str, ...]) -> bool:
    return path.partition("src/stillwatch/")[2].startswith(parts)


def share(files: dict[str, dict[str, dict[str, int]]], parts: tuple[str, ...]) -> float:
    """Lines run of those that could be, over all files whose path begins with one of ``parts``."""
    chosen = [each["summary"] for path, each in files.items() if _within(path, parts)]
    return sum(each["covered_lines"] for each in chosen) / max(
        sum(each["num_statements"] for each in chosen), 1
    )


def holes(files: dict[str, dict[str, dict[str, int]]], parts: tuple[str, ...]) -> list[tuple[str, int]]:
    """Files with lines that no test runs, the most first."""
    found = [(path, each["summary"]["missing_lines"]) for path, each in files.items() if _within(path, parts)]
    return sorted(((path, lacking) for path, lacking in found if lacking), key=lambda each: -each[1])
