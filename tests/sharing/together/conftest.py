"""Two labs, a hub, a key service and an agency on this machine, each started and used as its operator would."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@dataclasses.dataclass
class Lab:
    """One lab's folder, and how to run commands there: status, standard output, standard error."""

    folder: Path
    identity: str
    call: Callable[..., tuple[int, str, str]]

    def run(self, *words: object, expect: int = 0) -> str:
        """What a command printed; its status has to be the expected one."""
        status, out, err = self.call(*words)
        assert status == expect, (words, status, out, err)
        return out

    def json(self, *words: object) -> object:
        return json.loads(self.run(*words, "--json"))


class Program:
    """A service in a process of its own."""

    def __init__(self, words: list[str], port: int, folder: Path) -> None:
        self.words, self.port, self.folder = words, port, folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Program:
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("STILLWATCH_", "XDG_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stillwatch.cli", *self.words],
            cwd=self.folder,
            env=kept,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2).close()
                return self
            time.sleep(0.05)
        self.stop()
        raise AssertionError(f"{self.words[0]} did not start")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=120)
        if self.process is not None and self.process.stderr is not None:
            self.process.stderr.close()


@dataclasses.dataclass
class Forum:
    """Everybody."""

    a: Lab
    b: Lab
    hub: Program
    keys: Program
    agency_token: str
    root: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def secret(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


@pytest.fixture(scope="module")
def monkeypatch_of_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def forum(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch_of_module: pytest.MonkeyPatch
) -> Iterator[Forum]:
    """The whole forum, running; one for all tests, because starting it takes longer than they do."""
    from stillwatch.cli import frame

    tmp_path, monkeypatch = tmp_path_factory.mktemp("forum"), monkeypatch_of_module
    for name in list(os.environ):
        if name.startswith(("STILLWATCH_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("STILLWATCH_THREADS", "2")

    def runner(folder: Path) -> Callable[..., tuple[int, str, str]]:
        def run(*words: object) -> tuple[int, str, str]:
            folder.mkdir(exist_ok=True)
            monkeypatch.chdir(folder)
            monkeypatch.setenv("STILLWATCH_KEY_FILE", str(folder / "pseudonym.key"))
            out, err = (
                io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)
            )
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = frame.run([str(word) for word in words])
            return status, *(each.buffer.getvalue().decode() for each in (out, err))

        return run

    operator = Lab(tmp_path / "operators", "", runner(tmp_path / "operators"))
    hub_port, key_port = free_port(), free_port()
    made = operator.json("hub", "init", "--dir", "hub")
    labs = {}
    for name in ("lab-a", "lab-b"):
        lab = Lab(tmp_path / name, "", runner(tmp_path / name))
        public = lab.run("share", "key", "member.key")
        (lab.folder / "member.pem").write_text(public)
        member = operator.json(
            "hub", "members", "add", name, "--kind", "lab", "--key", lab.folder / "member.pem", "--dir", "hub"
        )
        lab.identity = member["identity"]
        node = lab.folder / "stillwatch-node"
        node.mkdir()
        secret(node / "hub.token", member["token"])
        (node / "membership.toml").write_text(
            f'[hub]\nname = "forum"\nurl = "http://127.0.0.1:{hub_port}/taxii2/stillwatch/"\n'
            f'identity = "{lab.identity}"\ntoken_file = "hub.token"\nsigning_key = "../member.key"\n'
            f'log_key = "{made["log_key"]}"\n'
        )
        secret(
            node / "keys.token",
            operator.run("keyservice", "members", "add", name, "--dir", "keys").split()[-1],
        )
        for person, role in (("administrator-1", "administrator"), ("analyst-1", "analyst")):
            lab.run(
                "people",
                "add",
                person,
                "--role",
                role,
                *(["--by", "administrator-1"] if role == "analyst" else []),
            )
        for person in ("reviewer-1", "counsel-1"):
            lab.run("people", "add", person, "--role", person[:-2], "--by", "administrator-1")
        labs[name] = lab
    agency = operator.json(
        "hub", "members", "add", "agency", "--kind", "government", "--scope", "read", "--dir", "hub"
    )
    hub = Program(
        ["hub", "serve", "--dir", "hub", "--listen", f"127.0.0.1:{hub_port}"], hub_port, operator.folder
    )
    keys = Program(
        ["keyservice", "serve", "--dir", "keys", "--listen", f"127.0.0.1:{key_port}"],
        key_port,
        operator.folder,
    )
    hub.start()
    keys.start()
    signer = signer_of(operator.folder / "keys")
    for lab in labs.values():
        (lab.folder / "stillwatch-node" / "keyservice.toml").write_text(
            f'[keyservice]\nurl = "http://127.0.0.1:{key_port}"\ntoken_file = "keys.token"\nsigner = "{signer}"\n'
        )
    root = f"http://127.0.0.1:{hub_port}/taxii2/stillwatch/"
    yield Forum(labs["lab-a"], labs["lab-b"], hub, keys, agency["token"], root)
    hub.stop()
    keys.stop()


def signer_of(folder: Path) -> str:
    """The key service's public signing key, as its operator hands it out."""
    from stillwatch.keyservice.folder import Folder
    from stillwatch.keyservice.key_files import signing_key

    return signing_key(Folder(folder)).public_key().public_bytes_raw().hex()
