"""A real node on this machine, with tokens, for tests and benchmarks of gateways: started, killed, started anew."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.gateways_running import free_port, listens, until
from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.enforcement.store import DecisionStore
from stillwatch.node.folder import Folder
from stillwatch.node.tokens import Right, TokenFile

if TYPE_CHECKING:
    from stillwatch.enforcement.drafts import Draft

_STARTS_WITHIN_S: Final = 600.0


class RealNode:
    """``stillwatch serve`` in a folder.

    Args:
        folder: for everything it keeps.
        standing: decisions that are in force before it starts.
    """

    def __init__(self, folder: Path, standing: Iterable[Draft] = ()) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        tokens = TokenFile(folder / "tokens.json")
        self.token = tokens.add("gateway", [Right.DECIDE, Right.INGEST], None)
        self._writer = Link(self.url, "person", tokens.add("person", [Right.DECIDE_WRITE, Right.READ], None))
        self.token_file = folder / "gateway.token"
        self.token_file.write_text(self.token + "\n")
        drafts = list(standing)
        if drafts:
            home = Folder(folder / "node")
            home.make()
            with DecisionStore(home.decisions) as store:
                store.add_all(drafts)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> RealNode:
        """Begin, or begin anew, at the same port."""
        words = [sys.executable, "-m", "stillwatch.cli", "serve", "--dir", "node", "--tokens", "tokens.json"]
        words += ["--listen", f"127.0.0.1:{self.port}"]
        environment = dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[1] / "src")}
        with (self._folder / "node.log").open("ab") as log:
            self.process = subprocess.Popen(words, cwd=self._folder, env=environment, stdout=log, stderr=log)
        until(lambda: listens(self.port), _STARTS_WITHIN_S)
        return self

    def decide(self, value: str, action: str = "block", **more: Any) -> str:
        """Take a decision as a person; its id."""
        body = {"scope": "account", "value": value, "action": action, "ttl": "1h", "mode": "enforce"}
        said = self._post(
            "/v1/decisions", body | {"reason": "works off one list with others", "by": "person"} | more
        )
        return str(said["decision"]["decision_id"])

    def lift(self, decision_id: str) -> None:
        """Undo one."""
        self._post(f"/v1/decisions/{decision_id}/lift", {"reason": "taken back", "by": "person"})

    def read(self, path: str) -> dict[str, Any]:
        """What it says about something."""
        status, _, body = self._writer.ask("GET", path)
        assert status == 200, body
        return dict(json.loads(body))

    def kill(self) -> None:
        """End it and whatever it started without a warning."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        until(lambda: not listens(self.port))

    def close(self) -> None:
        """Stop it."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        status, _, said = self._writer.ask(
            "POST", path, json.dumps(body).encode(), timeout_s=10, Content_Type="application/json"
        )
        if status not in (200, 201):
            raise RuntimeError(f"{path} answers {status}: {said.decode()[:300]}")
        return dict(json.loads(said))
