"""Runs pytest in forks of a process that has the heavy imports behind it: started by ``mutation.py`` in its copy.

One line of JSON in, one out. Of the tree under test nothing is imported before the fork, so that every fork reads the
file with the fault in it. Other packages are: which ones the first request, the survey, finds out.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import json
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

_Trace = Callable[[FrameType, str, Any], Any]
_MEMORY = 8 << 30
_WALL = 900  # for a fork that waits for itself; one that computes for ever is ended by its processor time


def main() -> None:
    """Answers requests until there are none."""
    for line in sys.stdin:
        asked = json.loads(line)
        said, seconds = Path(asked["scratch"] + ".log"), asked["seconds"]
        if "survey" in asked:
            found = Path(asked["survey"])
            status = _forked(functools.partial(_survey, asked, found), seconds, said)
            for name in json.loads(found.read_text("utf-8"))["imported"] if status == 0 else ():
                with contextlib.suppress(Exception):  # a module that only its package may import
                    importlib.import_module(name)
        else:
            status = _forked(functools.partial(_chosen, asked), seconds, said)
        print(json.dumps({"status": status}), flush=True)


def _forked(work: Callable[[], int], seconds: int, said: Path) -> int:
    """What ``work`` returned in a process of its own; negative where a signal ended it, as after ``seconds`` of CPU."""
    pid = os.fork()
    if pid == 0:
        status = 70
        try:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            words = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(words, 1)
            os.dup2(words, 2)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
            resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
            status = work()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    end = time.monotonic() + _WALL
    try:
        while True:
            done, code = os.waitpid(pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(code)
            if time.monotonic() > end:
                os.killpg(pid, signal.SIGKILL)
            time.sleep(0.02)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # what its tests started and left


def _pytest(asked: dict[str, Any], plugin: object) -> int:
    words = ["-x", "-q", "-p", "no:cacheprovider", f"--basetemp={asked['scratch']}"]
    return int(pytest.main([*words, *asked["deselect"], *asked["tests"]], plugins=[plugin]))


class _Quick:
    """Hypothesis looks for a failing example as always, but does not look for the smallest one."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        from hypothesis import Phase, settings

        settings.register_profile(
            "quick", settings.default, phases=(Phase.explicit, Phase.generate), report_multiple_bugs=False
        )
        settings.load_profile("quick")


class _Chosen(_Quick):
    """Runs the tests that were asked for, in that order."""

    def __init__(self, order: list[str]) -> None:
        self._place = {name: place for place, name in enumerate(order)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self._place]
        items.sort(key=lambda item: self._place[item.nodeid])


def _chosen(asked: dict[str, Any]) -> int:
    sys.dont_write_bytecode = True
    return _pytest(asked, _Chosen(asked["order"]))


class _Survey(_Quick):
    """Notes what each test takes, in seconds of CPU, and which lines of the files in question it runs."""

    def __init__(self, files: list[str]) -> None:
        self.seconds: dict[str, float] = {}
        self.run: dict[str, dict[int, set[str]]] = {file: {} for file in files}
        self._now = ""
        self._on_line = {file: self._noting(lines, once=False) for file, lines in self.run.items()}
        self._on_import = {file: self._noting(lines, once=True) for file, lines in self.run.items()}

    def _noting(self, lines: dict[int, set[str]], *, once: bool) -> _Trace:
        def note(frame: FrameType, _event: str, _value: object) -> _Trace:
            lines.setdefault(frame.f_lineno, set()).add("" if once else self._now)
            return note

        return note

    def trace(self, frame: FrameType, _event: str, _value: object) -> _Trace | None:
        """Follows a call into one of the files (`sys.settrace`); bodies of modules and classes stand for every test."""
        code = frame.f_code
        on = self._on_line if code.co_flags & inspect.CO_OPTIMIZED else self._on_import
        return on.get(code.co_filename)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        begun = time.process_time()
        with self._as(item.nodeid):
            result = yield
        self.seconds[item.nodeid] = time.process_time() - begun
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """What is made once stands for every test that uses it, not for the first alone."""
        with self._as(self._now if fixturedef.scope == "function" else ""):
            return (yield)

    @contextlib.contextmanager
    def _as(self, name: str) -> Iterator[None]:
        before, self._now = self._now, name
        yield
        self._now = before


def _survey(asked: dict[str, Any], out: Path) -> int:
    """Runs all tests as they are; writes seconds by test, tests by file and line, and which packages they needed."""
    survey = _Survey(asked["files"])
    threading.settrace(survey.trace)
    sys.settrace(survey.trace)
    status = _pytest(asked, survey)
    sys.settrace(None)
    root = Path.cwd()
    run = {
        str(Path(file).relative_to(root)): {line: sorted(names) for line, names in lines.items()}
        for file, lines in survey.run.items()
    }
    imported = [
        name
        for name, module in list(sys.modules.items())
        if "site-packages" in (getattr(module, "__file__", None) or "")
    ]
    out.write_text(
        json.dumps({"seconds": survey.seconds, "run": run, "imported": imported}), encoding="utf-8"
    )
    return status


if __name__ == "__main__":
    main()
