"""Which share of small faults put in on purpose the tests notice, in the parts on which trust rests.

A part's files are copied with the tests; its own tests run once, to see which test runs which line. Then faults are
drawn (``SEED``, ``FAULTS`` of each part), put in one at a time, and the tests that run the line are run, the quickest
first, until one fails. A fault on a line that no test runs is one that nobody notices; faults that change nothing that
anybody could see are not taken out. One that makes the tests compute for ever is noticed. Hub, node and other parts
have tests that would notice some more: here every part has to stand by its own.

``SEED=3 FAULTS=100 make bench NAME=mutation`` draws others. What nobody noticed is told on standard error.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.coverage import PACKAGES
from benchmarks.mutants import Mutant, mutants_of

DESCRIPTION = "small faults put in on purpose, and which share of them tests notice, by part"

TARGETS = (
    ("mutation_gate", "faults put in on purpose that tests notice, antitrust gate", ">=", 0.7, "share"),
    ("mutation_calibration", "faults put in on purpose that tests notice, calibration", ">=", 0.7, "share"),
    ("mutation_ledger", "faults put in on purpose that tests notice, ledger", ">=", 0.7, "share"),
    ("mutation_policy", "faults put in on purpose that tests notice, policy", ">=", 0.7, "share"),
)

ROOT = Path(__file__).resolve().parents[1]
SOURCES = "src/stillwatch/"
SEED, FAULTS, FEW = 2, 60, 8  # of SEED=1 was looked at what nobody noticed, and tests were written
SURE = 0.95
LEAST_SECONDS = 60
_SURVEY_SECONDS = 600


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """Files that faults are put into, by how their paths begin, and the tests that are to notice."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    deselect: tuple[str, ...] = ()


PARTS = {
    "gate": Part(PACKAGES["gate"], ("tests/sharing/gate",)),
    "calibration": Part(
        ("detection/calibration.py", "detection/deciding/site_test.py", "detection/weighing/scales.py"),
        tuple(
            f"tests/detection/{name}.py"
            for name in (
                "weighing/test_scales",
                "deciding/test_site_test",
                "deciding/test_decide",
                "test_labels",
                "test_calibration_counts",
            )
        ),
    ),
    "ledger": Part(PACKAGES["ledger"], ("tests/storage/ledger",), ("-k", "not postgresql")),
    "policy": Part(
        PACKAGES["policy"],
        tuple(
            f"tests/enforcement/test_{name}.py"
            for name in ("engine", "policy", "policy_desk", "promotion", "proposals", "battery")
        ),
    ),
}


def run(small: bool) -> dict[str, Any]:
    """Score, counts and the exact 95 % lower bound by part; the small version puts a few faults into calibration."""
    seed = int(os.environ.get("SEED", SEED))
    faults = FEW if small else int(os.environ.get("FAULTS", FAULTS))
    figures: dict[str, Any] = {"seed": seed}
    for name in ("calibration",) if small else PARTS:
        found = score(PARTS[name], faults, seed)
        figures[f"mutation_{name}"] = found.pop("score")
        figures[name] = found
        print(f"{name}: {figures[f'mutation_{name}']:.1%} {found}", file=sys.stderr, flush=True)
    return figures


def score(part: Part, faults: int, seed: int) -> dict[str, float]:
    """Puts faults of one part in, one after the other."""
    with tempfile.TemporaryDirectory(prefix="sw-mutation-") as folder:
        tree = Path(folder) / "tree"
        for each in ("src", "tests", "docs", "benchmarks", "pyproject.toml"):
            _copy(ROOT / each, tree / each)
        with Tests(tree, part) as tests:
            known = [mutant for path in files_of(tree, part) for mutant in mutants_of(tree, path)]
            drawn = random.Random(seed).sample(known, min(faults, len(known)))
            ended = [_told(mutant, _noticed(tree, mutant, tests)) for mutant in sorted(drawn, key=str)]
    noticed = ended.count("failed") + ended.count("for ever")
    return {
        "score": noticed / len(ended),
        "at_least": _at_least(noticed, len(ended)),
        "faults": len(ended),
        "noticed": noticed,
        "for_ever": ended.count("for ever"),
        "not_run": ended.count("not run"),
        "could_be_put_in": len(known),
    }


def _told(mutant: Mutant, how: str) -> str:
    if how in ("missed", "not run"):
        print(f"  {how}: {mutant}", file=sys.stderr, flush=True)
    return how


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    else:
        shutil.copy2(source, target)


def files_of(tree: Path, part: Part) -> list[str]:
    """The files of a part, relative to the root of the tree."""
    begin = tuple(SOURCES + each for each in part.files)
    found = sorted(path.relative_to(tree).as_posix() for path in (tree / SOURCES).rglob("*.py"))
    return [path for path in found if path.startswith(begin)]


def _at_least(found: int, of: int) -> float:
    """The exact 95 % lower bound of a share (Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404)."""
    from scipy.special import betaincinv

    return float(betaincinv(found, of - found + 1, 1 - SURE)) if found else 0.0


def _noticed(tree: Path, mutant: Mutant, tests: Tests) -> str:
    """Puts a fault in, runs the tests of its lines, takes it out; says how it ended."""
    chosen = tests.of(mutant)
    if not chosen:
        return "not run"
    file = tree / mutant.path
    source, times = file.read_bytes(), file.stat()
    file.write_bytes(mutant.put_in(source))
    # Compiled files are told apart by the whole second of the change and the size, which may both be as they were.
    os.utime(file, (times.st_atime + 3600, times.st_mtime + 3600))
    try:
        status = tests.run(chosen)
    finally:
        file.write_bytes(source)
        os.utime(file, (times.st_atime, times.st_mtime))
    return {0: "missed"}.get(status, "failed" if status > 0 else "for ever")


class Tests:
    """The tests of a part: which of them run which line, and a process that runs them (see `mutant_server`)."""

    def __init__(self, tree: Path, part: Part) -> None:
        self._tree, self._part = tree, part
        environment = os.environ | {"PYTHONPATH": f"{tree / 'src'}{os.pathsep}{tree}"}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.mutant_server"],
            cwd=tree,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Tests:
        """Runs all of them twice: to see what they run, and as with a fault but without one.

        Raises:
            RuntimeError: a test fails although there is no fault.
        """
        try:
            survey = self._tree.parent / "survey.json"
            files = [str(self._tree / path) for path in files_of(self._tree, self._part)]
            status = self._ask(survey=str(survey), files=files, seconds=_SURVEY_SECONDS)
            if status:
                raise RuntimeError(f"the tests fail as they are (status {status}):\n{self._said()}")
            found = json.loads(survey.read_text("utf-8"))
            self._seconds: dict[str, float] = found["seconds"]
            self._run: dict[str, dict[str, list[str]]] = found["run"]
            if status := self.run(self._ordered(self._seconds)):
                raise RuntimeError(f"the tests fail in another order (status {status}):\n{self._said()}")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the process."""
        self._end()

    def _said(self) -> str:
        """The last words of pytest."""
        return (self._tree.parent / "scratch.log").read_text("utf-8", errors="replace")[-3000:]

    def _end(self) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait()

    def of(self, mutant: Mutant) -> list[str]:
        """The tests that run the lines of a fault, the quickest first; all where they run once, as on import."""
        by_line = self._run.get(mutant.path, {})
        first, last, statement = mutant.lines
        running: set[str] = set()
        for line in (*range(first, last + 1), statement):
            running.update(by_line.get(str(line), ()))
        return self._ordered(self._seconds if "" in running else running)

    def _ordered(self, names: Any) -> list[str]:
        return sorted(names, key=lambda name: (self._seconds[name], name))

    def run(self, chosen: list[str]) -> int:
        """The status with which pytest ended, 0 where all passed; negative where it was ended by a signal."""
        files = sorted({name.partition("::")[0] for name in chosen})
        seconds = LEAST_SECONDS + 3 * round(sum(self._seconds[name] for name in chosen))
        status = self._ask(order=chosen, tests=files, seconds=seconds)
        if status == 5:
            raise RuntimeError(f"no test was found: {chosen[:3]}")
        return status

    def _ask(self, **asked: Any) -> int:
        asked = {"tests": self._part.tests, "deselect": self._part.deselect} | asked
        asked["scratch"] = str(self._tree.parent / "scratch")
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(asked) + "\n")
        self._server.stdin.flush()
        status: int = json.loads(self._server.stdout.readline())["status"]
        return status
