"""What the tests of the command line share: running it as a person would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def stillwatch(tmp_path: Path) -> Run:
    """Runs ``stillwatch`` in a folder of its own, with no settings but the given ones."""

    def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("STILLWATCH_", "XDG_"))
        }
        return subprocess.run(
            [sys.executable, "-m", "stillwatch.cli", *words],
            cwd=tmp_path,
            env={**kept, "HOME": str(tmp_path), "COLUMNS": "100", **environ},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return run


Called = tuple[int, str, str]
Call = Callable[..., Called]


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One pseudonym key for all tests, always the same: which wording is sampled hangs on it."""
    folder = tmp_path_factory.mktemp("key")
    (folder / "pseudonym.key").write_text("5b" * 32 + "\n")
    (folder / "pseudonym.key").chmod(0o600)
    return folder


@pytest.fixture
def call(
    tmp_path: Path, key_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """Runs ``stillwatch`` within this process: status, standard output, standard error."""
    from stillwatch.cli import frame

    for name in list(os.environ):
        if name.startswith(("STILLWATCH_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("STILLWATCH_KEY_FILE", str(key_folder / "pseudonym.key"))
    monkeypatch.setenv("STILLWATCH_THREADS", "2")
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Called:
        capsys.readouterr()
        status = frame.run([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


Line = Callable[..., str]


@pytest.fixture(scope="session")
def line() -> Line:
    """Writes one canonical exchange as a line of JSON; a field set to ... is left out."""

    def write(number: int = 1, **changes: object) -> str:
        record: dict[str, object] = {
            "ts": f"2026-03-02T10:{number // 60 % 60:02d}:{number % 60:02d}Z",
            "request_id": f"req-{number}",
            "account_id": f"acct-{number % 3}",
            "model": "big-1",
            "messages": [{"role": "user", "content": f"what is the weather in town number {number} today"}],
        }
        record |= changes
        return json.dumps({name: value for name, value in record.items() if value is not ...})

    return write


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small world with three campaigns: its folder has the logs and the truth."""
    from stillwatch.range.world import make_world
    from stillwatch.range.writing import write_world

    folder = tmp_path_factory.mktemp("world")
    write_world(make_world("demo", 1, 400), folder, workers=1)
    return folder


@pytest.fixture(scope="session")
def found(world: Path, key_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``detect`` found in the small world."""
    out = tmp_path_factory.mktemp("found")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STILLWATCH_", "XDG_"))}
    subprocess.run(
        [sys.executable, "-m", "stillwatch.cli", "detect", world / "exchanges.jsonl.gz", "--out", out],
        env={**kept, "STILLWATCH_KEY_FILE": str(key_folder / "pseudonym.key")},
        check=True,
        capture_output=True,
    )
    return out
