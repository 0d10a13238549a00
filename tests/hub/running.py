"""A hub in a process of its own, as an operator would start it, and members that talk to it."""

from __future__ import annotations

import contextlib
import datetime
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stillwatch.core.indicator import DetectorRef
from stillwatch.hub.folder import Folder
from stillwatch.hub.members.store import Terms
from stillwatch.hub.opening import init, opened
from stillwatch.hub.registers import rendered
from stillwatch.hub.rights import MemberKind, Scope
from stillwatch.sharing.signing import sign

TAXII = "application/taxii+json;version=2.1"
ROOT = "/taxii2/stillwatch/"
DETECTOR = DetectorRef("work_split", "0.1.0", "5a" * 32)
PUBLISHED = frozenset({"marking-definition", "identity", "extension-definition", "attack-pattern"})
"""Types of what the hub puts beside what members sent."""
EVERYTHING = (Scope.READ, Scope.WRITE, Scope.METRICS)


class Party:
    """A member with its credentials."""

    def __init__(
        self, name: str, kind: MemberKind, identity: str, token: str, key: Ed25519PrivateKey
    ) -> None:
        self.name = name
        self.kind = kind
        self.identity = identity
        self.token = token
        self.key = key


class Hub:
    """A hub's folder, and the process that serves it."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder = Folder(folder)
        self.database = database
        self.members: dict[str, Party] = {}
        self.process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._kept: dict[str, httpx.Client] = {}
        made = init(self.folder, database)
        self.log_key = made.ledger.signer.public_key
        made.database.close()
        self.folder.registers.write_text(rendered([DETECTOR]), encoding="utf-8")

    def admit(
        self, name: str, kind: MemberKind = MemberKind.LAB, *, certificate: str | None = None, **terms: Any
    ) -> Party:
        """Take a member in; it can sign."""
        key = Ed25519PrivateKey.generate()
        with opened(self.folder, self.database) as hub:
            token = hub.members.add(
                name, kind, Terms(**terms), key=key.public_key(), certificate=certificate, scopes=EVERYTHING
            )
            identity = next(each.member.identity for each in hub.members.list() if each.member.name == name)
        self.members[name] = Party(name, kind, identity, token, key)
        return self.members[name]

    def start(self, *words: str, tls: bool = False) -> Hub:
        """Start the process and wait until it answers."""
        if tls:
            self.url = f"https://127.0.0.1:{self.port}"
        program = [sys.executable, "-m", "stillwatch.cli", "hub", "serve", "--dir", self.folder.path]
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("STILLWATCH_", "XDG_"))}
        place = {"STILLWATCH_HUB_DATABASE": self.database} if self.database else {}
        self.process = subprocess.Popen(
            [*program, "--listen", f"127.0.0.1:{self.port}", *words],
            env=kept | place,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/healthz", timeout=2, verify=False).status_code == 200:
                    return self
            time.sleep(0.05)
        self.process.kill()
        raise AssertionError(f"the hub did not start: {self.process.stderr.read().decode()}")

    def kill(self) -> None:
        """As a power cut would."""
        self._let_go()
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def stop(self) -> str:
        """As an operator would; what it said."""
        self._let_go()
        self.process.send_signal(signal.SIGTERM)
        said = self.process.stderr.read().decode()
        self.process.stderr.close()
        assert self.process.wait(timeout=120) == 0, said
        return said

    def _let_go(self) -> None:
        for client in self._kept.values():
            client.close()
        self._kept.clear()

    def client(self, name: str, **headers: str) -> httpx.Client:
        """An HTTP client with a member's token."""
        given = {"Authorization": f"Bearer {self.members[name].token}", "Accept": TAXII}
        return httpx.Client(base_url=self.url, headers=given | headers, timeout=30)

    def get(self, name: str, path: str, **query: Any) -> httpx.Response:
        """A GET by a member; TAXII paths may leave the API root out."""
        return self.kept(name).get(path if path.startswith("/") else ROOT + path, params=query)

    def kept(self, name: str) -> httpx.Client:
        """A member's client that stays open."""
        if name not in self._kept:
            self._kept[name] = self.client(name)
        return self._kept[name]

    def post(
        self,
        name: str,
        objects: list[Any] | bytes,
        collection: str = "indicators",
        *,
        signed: bool = True,
        now: datetime.datetime | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """A write by a member."""
        body = objects if isinstance(objects, bytes) else orjson.dumps({"objects": objects})
        url = f"{self.url}{ROOT}collections/{collection}/objects/"
        given = {"Content-Type": TAXII}
        if signed:
            moment = now or datetime.datetime.now(datetime.UTC)
            given = sign("POST", url, body, TAXII, self.members[name].key, moment)
        return self.kept(name).post(url, content=body, headers=given | (headers or {}))

    def pages(self, name: str, collection: str = "indicators", **query: Any) -> list[dict[str, Any]]:
        """Every object that a question means, page by page, but for what is published and named by no id."""
        found = self.everything(name, collection, **query)
        return found if "match[id]" in query else [each for each in found if each["type"] not in PUBLISHED]

    def everything(self, name: str, collection: str = "indicators", **query: Any) -> list[dict[str, Any]]:
        """Every object that a question means, page by page, with what the hub put beside what members sent."""
        found: list[dict[str, Any]] = []
        token = None
        while True:
            answer = self.get(
                name, f"collections/{collection}/objects/", **query, **({"next": token} if token else {})
            )
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page.get("objects", [])
            token = page.get("next")
            if not page.get("more"):
                return found
