"""A console that really runs, on a copy of the sample lab, and people in a real browser who use it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
COLOURS = ("color-contrast", "link-in-text-block")
LAYOUT = (
    "color-contrast",
    "target-size",
    "scrollable-region-focusable",
    "region",
    "landmark-unique",
    "aria-hidden-focus",
)
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclasses.dataclass(frozen=True)
class Lab:
    """A copy of the sample lab: a node's folder, findings, policy, tokens."""

    folder: Path

    @property
    def node(self) -> Path:
        return self.folder / "node"

    @property
    def policy(self) -> Path:
        return self.folder / "policy.yaml"

    def token(self, name: str) -> str:
        return (self.folder / "tokens" / name).read_text(encoding="ascii").strip()


@dataclasses.dataclass(frozen=True)
class Console:
    """A console that answers.

    Attributes:
        process: its number.
    """

    url: str
    lab: Lab
    process: int = 0

    def get(self, path: str, name: str = "analyst-1") -> tuple[int, bytes]:
        """What a program gets that shows somebody's token."""
        request = urllib.request.Request(
            self.url + path, headers={"Authorization": f"Bearer {self.lab.token(name)}"}
        )
        with (
            contextlib.suppress(urllib.error.HTTPError),
            urllib.request.urlopen(request, timeout=120) as answer,
        ):
            return answer.status, answer.read()
        try:
            urllib.request.urlopen(request, timeout=120)
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        raise AssertionError("answered differently the second time")


def copied(sample: Path, to: Path) -> Lab:
    """A lab of one's own, to change at will."""
    shutil.copytree(sample, to)
    return Lab(to)


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(lab: Lab, *options: str, port: int = 0) -> Iterator[Console]:
    """Serve a lab's console in a process of its own; at any free port unless one is named."""
    port = port or free_port()
    words = [
        sys.executable, "-m", "stillwatch.cli", "console", "serve",
        "--dir", str(lab.node), "--cases", str(lab.node / "cases.sqlite"), "--ledger-key", str(lab.folder / "ledger.key"),
        "--listen", f"127.0.0.1:{port}", *options,
    ]  # fmt: skip
    for option, file in (
        ("--findings", "findings"),
        ("--policy", "policy.yaml"),
        ("--logs", "gateway.jsonl.gz"),
    ):
        if (lab.folder / file).exists():  # a lab made by hand has none
            words += [option, str(lab.folder / file)]
    with (lab.folder / "console.log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, env=os.environ | {"HOME": str(lab.folder)})
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process, lab)
        yield Console(url, lab, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes], lab: Lab) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=5):
            return
        time.sleep(0.05)
    raise AssertionError(f"the console did not start: {(lab.folder / 'console.log').read_text()}")


class Visit:
    """Somebody in a browser; every complaint of the browser is kept.

    Args:
        page: a Playwright page.
        console: where they go.
    """

    def __init__(self, page: Any, console: Console) -> None:
        self.page = page
        self.console = console
        self.complaints: list[str] = []
        page.on("console", lambda said: self._note(said.text))
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("requestfailed", self._note_failure)
        page.on("request", self._check_own)
        page.on("dialog", lambda dialog: (self._note(f"dialog: {dialog.message}"), dialog.dismiss()))

    def _note(self, words: str) -> None:
        if not re.search(r"status of (40[0-9]|50[0-9])", words):
            self.complaints.append(words)

    def _note_failure(self, request: Any) -> None:
        """What the browser could not load; what it gave up because it went on is no failure."""
        if "ERR_ABORTED" not in str(request.failure):
            self._note(f"{request.url}: {request.failure}")

    def _check_own(self, request: Any) -> None:
        if not request.url.startswith((self.console.url, "data:")):
            self._note(f"asked somebody else: {request.url}")

    def go(self, path: str) -> Any:
        return self.page.goto(self.console.url + path)

    def log_in(self, name: str) -> Visit:
        self.go("/login")
        self.page.fill("#token", self.console.lab.token(name))
        self.page.press("#token", "Enter")
        self.page.wait_for_url("**/overview")
        return self

    def look(self, width: int, scheme: str) -> None:
        """Another screen, other colours."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)

    def axe(self, rules: Sequence[str] | None = None) -> list[str]:
        """What axe-core complains of, in words.

        Args:
            rules: only these; all of its rules unless given.
        """
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        only = {"type": "tag", "values": _TAGS} if rules is None else {"type": "rule", "values": list(rules)}
        found = self.page.evaluate(
            "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})"
            ".then(found => found.violations.map(each => [each.id, each.help, each.nodes.map(node => String(node.target))]))",
            only,
        )
        return [f"{name}: {words}: {'; '.join(nodes[:3])}" for name, words, nodes in found]

    def fits(self) -> bool:
        """Whether nothing is wider than the screen."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    def text(self) -> str:
        return str(self.page.inner_text("main"))
