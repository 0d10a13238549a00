from __future__ import annotations

import base64
import contextlib
import datetime
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from stillwatch.keyservice.app import application
from stillwatch.keyservice.folder import Folder
from stillwatch.keyservice.live import KeyService
from stillwatch.keyservice.options import Options
from stillwatch.keyservice.server import keep_epochs
from stillwatch.sharing.matching.voprf import BlindedBatch

START = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime.datetime:
        return self.time

    def move(self, **parts: float) -> None:
        self.time += datetime.timedelta(**parts)


class Served:
    """A key service without a port: the real application, its records and keys, and a clock to move."""

    def __init__(self, folder: Folder, database: Any, clock: Clock) -> None:
        self.folder, self.clock = folder, clock
        self.options = Options(folder=folder)
        self.service = KeyService(folder, database, "keys", clock)
        self.token = self.service.membership.add("lab-1", quota=100)
        self.house()
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application(self.service)), base_url="http://127.0.0.1"
        )

    def house(self) -> None:
        keep_epochs(self.service, self.options)

    def ask(self, method: str, path: str, *, token: str | None = None, **more: Any) -> httpx.Response:
        import asyncio

        headers = {"Authorization": f"Bearer {token or self.token}"} | more.pop("headers", {})
        return asyncio.run(self._client.request(method, path, headers=headers, **more))

    def evaluate(
        self, items: Sequence[bytes] | BlindedBatch, epoch: str = "e1", **more: Any
    ) -> httpx.Response:
        batch = items if isinstance(items, BlindedBatch) else BlindedBatch(items)
        blinded = [base64.b64encode(each).decode() for each in batch.blinded]
        return self.ask("POST", "/v1/evaluate", json={"epoch": epoch, "blinded": blinded}, **more)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def served(tmp_path: Path, clock: Clock) -> Iterator[Served]:
    folder = Folder(tmp_path / "keys")
    with folder.open() as database:
        yield Served(folder, database, clock)


def stillwatch(*words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the program as an operator would."""
    done = subprocess.run(
        [sys.executable, "-m", "stillwatch.cli", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, done.stderr
    return done


class Running:
    """A key service in a process of its own."""

    def __init__(self, folder: Path, *more: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        words = ["keyservice", "serve", "--dir", str(folder), "--listen", f"127.0.0.1:{self.port}", *more]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stillwatch.cli", *words],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )

    def ready(self) -> Running:
        for _ in range(4800):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            assert self.process.poll() is None, self.process.stderr.read()
            time.sleep(0.05)
        raise AssertionError("it does not answer")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> str:
        """End it in an orderly way; gives what it said."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=120)[1]
