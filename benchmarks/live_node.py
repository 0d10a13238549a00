"""A node started as an operator would start it, for benchmarks of it."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

KEY = "00" * 32


class LiveNode:
    """A running node.

    Attributes:
        port: on 127.0.0.1.
        folder: everything it keeps.
    """

    def __init__(self, port: int, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.folder = folder
        self.process = process

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> Any:
        """What it answers, decoded."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return orjson.loads(content) if answer.getheader("content-type") == "application/json" else content

    def figures(self) -> dict[str, float]:
        """Its metrics by name and labels."""
        lines = self.get("/metrics").decode().splitlines()
        pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name: float(value) for name, _, value in pairs}


@contextlib.contextmanager
def live_node(*words: str, prepare: Any = None) -> Iterator[LiveNode]:
    """A node in a folder that is thrown away.

    Args:
        words: further options of ``stillwatch serve``.
        prepare: called with the folder before the node starts.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "node"
        key = Path(scratch) / "key"
        key.write_text(KEY)
        if prepare is not None:
            prepare(folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "stillwatch.cli", "serve", "--quiet", "--dir", str(folder)]
        process = subprocess.Popen(
            [*command, "--listen", f"127.0.0.1:{port}", *words],
            env=os.environ | {"STILLWATCH_KEY_FILE": str(key)},
        )
        node = LiveNode(port, folder, process)
        try:
            _wait(node)
            yield node
        finally:
            process.terminate()
            process.wait(60)


def _wait(node: LiveNode) -> None:
    """Until it answers."""
    for _ in range(600):
        if node.process.poll() is not None:
            raise RuntimeError("the node did not start")
        with contextlib.suppress(OSError, http.client.HTTPException):
            node.get("/healthz")
            return
        time.sleep(0.1)
    raise RuntimeError("the node does not answer")
