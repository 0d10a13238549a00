"""How many faults, put into the code on purpose, the tests notice: mutmut over the modules that may accuse or leak.

``make mutation`` runs all groups, ``make mutation NAME=gate SAMPLE=40`` forty mutants of one, drawn by a fixed seed.
Each group names its modules and the tests that go with them; a mutant that no test runs counts as one that lives.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

DESCRIPTION = "faults put into gate, calibration, ledger and policy on purpose that their tests notice"

TARGETS = (
    ("gate", "faults noticed in the antitrust gate", ">=", 0.7, "share"),
    ("calibration", "faults noticed in calibration", ">=", 0.7, "share"),
    ("ledger", "faults noticed in the ledger", ">=", 0.7, "share"),
    ("policy", "faults noticed in policies", ">=", 0.7, "share"),
)

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "mutation"
_SMALL = 40
_SEED = 20261
_NOTICED = {
    1,
    3,
    24,
    36,
    152,
    255,
    -24,
    -9,
}  # failed tests, or time that ran out because something no longer ends
_COPIED = ("benchmarks", "docs", "README.md", "Makefile", "mkdocs.yml")


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Modules below ``src/stillwatch`` and the tests that go with them."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


GROUPS = {
    "gate": Group(
        tuple(
            f"sharing/gate/{name}"
            for name in (
                "answers.py", "budget.py", "gate.py", "lanes.py", "passing.py", "reading.py", "rewriting.py",
                "rules/*.py", "shape.py", "standing.py",
            )
        ),
        tuple(f"tests/sharing/gate/test_{name}.py" for name in ("gate", "reading", "rewriting", "bases_and_policy")),
    ),
    "calibration": Group(
        ("detection/calibration.py", "detection/site_test.py", "detection/scales.py"),
        tuple(f"tests/detection/test_{name}.py" for name in ("calibration", "site_test", "scales")),
    ),
    "ledger": Group(
        tuple(
            f"storage/ledger/{name}.py"
            for name in ("entry", "head", "keys", "proof_file", "proofs", "subtrees", "tree", "verify")
        ),
        tuple(f"tests/storage/ledger/test_{name}.py" for name in ("ledger", "tree", "verify")),
    ),
    "policy": Group(
        tuple(
            f"enforcement/{name}.py"
            for name in (
                "brakes", "conditions", "policy_check", "policy_diff", "policy_fields", "policy_reading", "rulebook",
                "rules",
            )
        ),
        tuple(f"tests/enforcement/test_{name}.py" for name in ("policy", "engine", "promotion")),
    ),
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Score:
    """What became of the mutants that were tried.

    Attributes:
        living: names of those that no test noticed.
        mutants: how many there are in all.
    """

    noticed: int
    tried: int
    living: tuple[str, ...]
    mutants: int

    @property
    def share(self) -> float:
        """The mutation score."""
        return self.noticed / max(self.tried, 1)


def score(name: str, sample: int | None = None) -> Score:
    """Mutates the modules of one group in a copy, and runs its tests on each mutant that counts.

    Raises:
        RuntimeError: the tests fail without any mutant, or mutmut does not run.
    """
    place = _copy(name)
    _mutmut(place, "nothing.*")  # makes the mutants and learns which test runs what
    every = sorted(_results(place))
    if not every:
        raise RuntimeError(f"mutmut made no mutants; what it said stands in {place / 'mutmut.log'}")
    drawn = every if sample is None or sample >= len(every) else random.Random(_SEED).sample(every, sample)
    run = _run_by_tests(place)
    _mutmut(place, *(each for each in drawn if _function(each) in run))
    results = _results(place)
    living = tuple(each for each in sorted(drawn) if results[each] not in _NOTICED)
    if not any(results[each] is not None for each in drawn):
        raise RuntimeError(f"no mutant was tried; what mutmut said stands in {place / 'mutmut.log'}")
    return Score(len(drawn) - len(living), len(drawn), living, len(every))


def _copy(name: str) -> Path:
    """The tree in a folder of its own, set up for mutmut; mutants of the last time are gone."""
    group, place = GROUPS[name], OUT / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    skip = shutil.ignore_patterns("__pycache__", "*.pyc")
    for each in ("src", "tests", *_COPIED):
        if (ROOT / each).is_dir():
            shutil.copytree(ROOT / each, place / each, ignore=skip)
        else:
            shutil.copy(ROOT / each, place / each)
    config = (ROOT / "pyproject.toml").read_text("utf-8")
    (place / "pyproject.toml").write_text(
        f"{config}\n[tool.mutmut]\n"
        f"source_paths = ['src']\n"
        f"only_mutate = {[f'src/stillwatch/{each}' for each in group.modules]}\n"
        f"also_copy = {list(_COPIED)}\n"
        f"pytest_add_cli_args_test_selection = {list(group.tests)}\n"
        f"pytest_add_cli_args = ['-p', 'no:cacheprovider']\n",
        encoding="utf-8",
    )
    return place


def _mutmut(place: Path, *names: str) -> None:
    """One run of mutmut, one mutant at a time; its words go into a file."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    extra = [
        each
        for each in os.environ.get("PYTHONPATH", "").split(os.pathsep)
        if each and Path(each) != ROOT / "src"
    ]
    with (place / "mutmut.log").open("ab") as log:
        subprocess.run(
            [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names],
            cwd=place,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment
            | {
                "PYTHONPATH": os.pathsep.join([str(place / "mutants" / "src"), *extra]),
                "NUMBA_CACHE_DIR": str(OUT / "numba"),  # what is compiled once serves every later run
            },
            check=False,
        )


def _results(place: Path) -> dict[str, int | None]:
    """How the tests ended for each mutant; None where they were not run."""
    found: dict[str, int | None] = {}
    for path in (place / "mutants").rglob("*.meta"):
        found |= json.loads(path.read_text("utf-8"))["exit_code_by_key"]
    return found


def _run_by_tests(place: Path) -> set[str]:
    """Functions that some test runs."""
    stats = place / "mutants" / "mutmut-stats.json"
    if not stats.exists():
        raise RuntimeError(
            f"the tests do not pass by themselves; what mutmut said stands in {place / 'mutmut.log'}"
        )
    return {
        name
        for name, tests in json.loads(stats.read_text("utf-8"))["tests_by_mangled_function_name"].items()
        if tests
    }


def _function(mutant: str) -> str:
    return mutant.rpartition("__mutmut_")[0]


def run(small: bool) -> dict[str, float]:
    """The score of each group; of forty mutants each in the small version."""
    return {name: told(name, _SMALL if small else None).share for name in GROUPS}


def told(name: str, sample: int | None) -> Score:
    """One group's score, in words on standard error."""
    found = score(name, sample)
    print(
        f"{name}: {found.noticed} of {found.tried} noticed ({found.share:.0%}); {found.mutants:,} mutants in all",
        file=sys.stderr,
    )
    by_function = collections.Counter(_function(each) for each in found.living)
    for function, count in by_function.most_common():
        print(f"  {count:>3} live in {function}", file=sys.stderr)
    print(f"look at one: cd {OUT / name} && python -m mutmut show NAME", file=sys.stderr)
    for each in found.living:
        print(f"  {each}", file=sys.stderr)
    return found


def main() -> None:
    """One group, its figure kept."""
    from benchmarks import harness, keeping

    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=DESCRIPTION)
    parser.add_argument("name", choices=list(GROUPS))
    parser.add_argument("--sample", type=int, help="so many mutants, drawn by a fixed seed")
    parser.add_argument("--note", default="", help="kept with the figure")
    asked = parser.parse_args()
    found = told(asked.name, asked.sample)
    small = found.tried < found.mutants
    words = f"{found.tried} of {found.mutants} mutants" if small else ""
    targets = [each for each in harness.discover()["mutation"].targets if each.figure == asked.name]
    result = harness.result("mutation", {asked.name: found.share}, small=small)
    print(json.dumps(result))
    keeping.keep(result, targets, ", ".join(filter(None, (words, asked.note))), others=True)


if __name__ == "__main__":
    main()
