from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from stillwatch.node.folder import Folder
from stillwatch.node.intake import Intake
from stillwatch.node.recent import Recent
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.sketch import Sketcher

KEY = Pseudonymiser(bytes(range(32)))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "node")
    made.make()
    return made


@pytest.fixture
def intake(folder: Folder) -> Iterator[Callable[..., Intake]]:
    """Opens the node's intake; what is still open at the end is closed."""
    opened: list[Intake] = []

    def make(**options: object) -> Intake:
        recent = Recent(folder.store)
        recent.load()
        made = Intake(
            folder.log,
            recent,
            lambda: Sketcher(KEY, sample=1.0, background=None, latest=2**62),
            **options,  # type: ignore[arg-type]
        )
        opened.append(made)
        return made

    yield make
    for each in opened:
        each.close()


class Running:
    """A node in a process of its own, as an operator would start it."""

    def __init__(
        self,
        folder: Path,
        key: Path,
        *words: str,
        tls: bool = False,
        program: tuple[str, ...] = ("stillwatch.cli", "serve"),
    ) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("STILLWATCH_", "XDG_"))}
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                *program,
                "--dir",
                folder,
                "--listen",
                f"127.0.0.1:{self.port}",
                *words,
            ],
            env={
                **kept,
                "STILLWATCH_KEY_FILE": str(key),
                "STILLWATCH_LEDGER_KEY": str(key.with_name("ledger.key")),
                "STILLWATCH_THREADS": "2",
                "STILLWATCH_MEMORY_GIB": "1",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.said = ""

    def ready(self) -> Running:
        """Wait until it answers."""
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/healthz", timeout=2, verify=False).status_code == 200:
                    return self
            time.sleep(0.05)
        self.process.kill()
        raise AssertionError(f"the node did not start: {self.process.stderr.read().decode()}")

    def looked(self) -> Running:
        """Wait until the first look of its worker, which may come late on a busy machine, is over."""
        deadline = time.monotonic() + 120
        while "stillwatch_verdict_lag_seconds" not in httpx.get(f"{self.url}/metrics", timeout=20).text:
            assert time.monotonic() < deadline, "the worker did not look"
            time.sleep(0.05)
        return self

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def stop(self) -> int:
        """As an operator would."""
        self.process.send_signal(signal.SIGTERM)
        self.said = self.process.stderr.read().decode()
        return self.process.wait(timeout=120)

    def worker(self) -> int:
        """Process number of its worker."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return int(found.stdout.split()[0]) if found.stdout.split() else 0


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("key") / "pseudonym.key"


@pytest.fixture
def start(tmp_path: Path, key_file: Path) -> Iterator[Callable[..., Running]]:
    """Starts nodes; those still running at the end are killed."""
    started: list[Running] = []

    def begin(*words: str, name: str = "node", **how: Any) -> Running:
        started.append(Running(tmp_path / name, key_file, *words, **how))
        return started[-1]

    yield begin
    for each in started:
        if each.process.poll() is None:
            each.kill()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> Iterator[Running]:
    """One node for a whole module."""
    running = Running(tmp_path_factory.mktemp("served") / "node", key_file, "--every", "1").ready()
    yield running
    assert running.stop() == 0
