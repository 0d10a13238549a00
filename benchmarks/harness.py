"""Finds the benchmarks in this folder and runs one; its figures come with the day, the machine and the commit."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import datetime
import difflib
import importlib
import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.targets import Target, targets_in

FOLDER = Path(__file__).parent


@dataclasses.dataclass(frozen=True, slots=True)
class Benchmark:
    """A module of this folder with ``DESCRIPTION`` and ``run(small) -> dict[str, float]``.

    Attributes:
        name: the file's, with hyphens.
        module: what to import.
        description: one line.
        targets: what its figures have to reach, as the module states in ``TARGETS``.
        runs: whether it has ``run``; where only targets stand, nothing measures them yet.
    """

    name: str
    module: str
    description: str
    targets: tuple[Target, ...] = ()
    runs: bool = True


def discover(folder: Path = FOLDER) -> dict[str, Benchmark]:
    """The benchmarks by name; a module with neither ``run`` nor ``TARGETS`` is part of one, not one itself.

    Modules are parsed, not imported, so that listing is quick and a broken benchmark hides no other.
    """
    found = {}
    for path in sorted(folder.glob("*.py")):
        body = ast.parse(path.read_bytes(), filename=str(path)).body
        description = _description(body)
        has_run = any(
            isinstance(statement, ast.FunctionDef) and statement.name == "run" for statement in body
        )
        targets = targets_in(body)
        if description is not None and (has_run or targets):
            name = path.stem.replace("_", "-")
            found[name] = Benchmark(name, f"{folder.name}.{path.stem}", description, targets, has_run)
    return found


def _description(body: list[ast.stmt]) -> str | None:
    """The text assigned to ``DESCRIPTION``, or None."""
    for statement in body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="DESCRIPTION")], value=value)
                | ast.AnnAssign(target=ast.Name(id="DESCRIPTION"), value=ast.expr() as value)
            ):
                with contextlib.suppress(ValueError):
                    return str(ast.literal_eval(value))
    return None


def listing(known: Mapping[str, Benchmark]) -> str:
    """The benchmarks, a line each, and how to run one."""
    runs = [each for each in known.values() if each.runs]
    width = max((len(each.name) for each in runs), default=0)
    lines = [f"  {each.name:<{width}}  {each.description}" for each in runs]
    return "\n".join(["make bench NAME=… [SMALL=1] [NOTE=…]", *lines])


def unknown(name: str, known: Mapping[str, Benchmark]) -> str:
    """What is said to somebody who asked for a benchmark that does not exist."""
    runs = [each.name for each in known.values() if each.runs]
    near = difflib.get_close_matches(name, runs, n=1)
    advice = f"did you mean {near[0]}?" if near else f"there are: {', '.join(runs) or 'none'}"
    return f"no benchmark is called {name}; {advice}"


def run(benchmark: Benchmark, *, small: bool) -> dict[str, Any]:
    """Runs a benchmark and returns its figures, with when and on what they were taken, as JSON can carry them.

    What the benchmark prints goes to standard error: the last line on standard output is the result alone.
    """
    size = "small version" if small else "full version"
    print(f"{benchmark.name}, {size}: {benchmark.description}", file=sys.stderr, flush=True)
    start = time.perf_counter()
    with contextlib.redirect_stdout(sys.stderr):
        figures = importlib.import_module(benchmark.module).run(small)
    print(f"{benchmark.name}: done in {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)
    return result(benchmark.name, figures, small=small)


def result(name: str, figures: Mapping[str, object], *, small: bool) -> dict[str, Any]:
    """Figures with when and on what they were taken; a run that says it was ``reduced`` counts as a small one."""
    return {
        "benchmark": name,
        "figures": {each: _plain(figure) for each, figure in figures.items()},
        "small": small or figures.get("reduced") is True,
        "taken": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine(),
        "commit": commit(),
    }


def _plain(figure: object) -> object:
    """A figure as JSON can carry it: numpy's numbers as Python's, groups in depth, no infinities."""
    if isinstance(figure, Mapping):
        return {str(name): _plain(value) for name, value in figure.items()}
    if isinstance(figure, bool | int | str) or figure is None:
        return figure
    number = float(figure)  # type: ignore[arg-type]
    return number if math.isfinite(number) else None


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _cpu() -> str:
    """The processor's model name, as far as the kernel tells."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def commit() -> str | None:
    """The commit measured, with ``+`` where files differ from it; None outside a repository."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(*words: str) -> str:
    """What git answers."""
    done = subprocess.run(["git", *words], cwd=FOLDER, capture_output=True, text=True, check=True)
    return done.stdout.strip()
