"""A hub in a process of its own, with one member that signs what it sends; used by the hub's benchmark."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stillwatch.core.indicator import DetectorRef
from stillwatch.hub.folder import Folder
from stillwatch.hub.members.store import Terms
from stillwatch.hub.opening import init
from stillwatch.hub.registers import rendered
from stillwatch.hub.rights import MemberKind
from stillwatch.sharing.signing import sign

TAXII = "application/taxii+json;version=2.1"
OBJECTS = "/taxii2/stillwatch/collections/indicators/objects/"
DETECTOR = DetectorRef("benchmark", "1.0.0", "5a" * 32)
_LARGE = 1_000_000_000


class RunningHub:
    """A hub that answers, and its one member.

    Attributes:
        identity: the member's STIX identity.
        pid: the hub's process.
    """

    pid = 0

    def __init__(self, port: int, token: str, identity: str, key: Ed25519PrivateKey) -> None:
        self.identity = identity
        self._port = port
        self._token = token
        self._key = key
        self._headers = {"Authorization": f"Bearer {token}", "Accept": TAXII}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def another(self) -> RunningHub:
        """The same member over a connection of its own."""
        return RunningHub(self._port, self._token, self.identity, self._key)

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers that a write of that body needs."""
        url = f"http://127.0.0.1:{self._port}{OBJECTS}"
        return sign("POST", url, body, TAXII, self._key, datetime.datetime.now(datetime.UTC))

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[float, bytes, http.client.HTTPResponse]:
        """Seconds until the whole answer was there, its bytes, and its head."""
        begun = time.perf_counter()
        self._connection.request(method, path, body, self._headers | (headers or {}))
        response = self._connection.getresponse()
        content = response.read()
        spent = time.perf_counter() - begun
        if response.status not in (200, 202):
            raise RuntimeError(f"{method} {path}: {response.status} {content[:300]!r}")
        return spent, content, response

    def post(self, body: bytes) -> float:
        """Send an envelope; every object of it has to be taken in. Seconds until it was acknowledged."""
        spent, content, _ = self.ask("POST", OBJECTS, body, self.signed(body))
        if json.loads(content)["failure_count"]:
            raise RuntimeError(f"the hub refused an object: {content[-400:]!r}")
        return spent


@contextlib.contextmanager
def running(folder: Path) -> Iterator[RunningHub]:
    """A hub in a new folder, stopped at the end."""
    key = Ed25519PrivateKey.generate()
    made = init(Folder(folder))
    terms = Terms(requests_per_minute=_LARGE, objects_per_day=_LARGE)
    token = made.members.add("lab-1", MemberKind.LAB, terms, key=key.public_key())
    identity = made.members.list()[0].member.identity
    made.database.close()
    policy = folder / "policy.toml"
    policy.write_text(f"bits_a_week = {_LARGE}\n", encoding="utf-8")
    made.folder.registers.write_text(rendered([DETECTOR]), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [
        sys.executable,
        "-m",
        "stillwatch.cli",
        "hub",
        "serve",
        "-q",
        "--dir",
        folder,
        "--policy",
        policy,
    ]
    process = subprocess.Popen([*words, "--listen", f"127.0.0.1:{port}"])
    try:
        _wait(port, process)
        hub = RunningHub(port, token, identity, key)
        hub.pid = process.pid
        yield hub
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    raise RuntimeError("the hub did not start")
